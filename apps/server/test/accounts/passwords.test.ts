import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwordMistake } from '#src/accounts/password-rules.js'
import { argon2Passwords } from '#src/accounts/passwords.js'

const passwords = argon2Passwords()

test('passwords are kept as argon2id with 19 MiB, two passes and a salt of their own', async () => {
  const [one, other] = await Promise.all([passwords.hash('violet tram'), passwords.hash('violet tram')])
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.notEqual(one, other)
  assert.equal(await passwords.verify(one, 'violet tram'), true)
  assert.equal(await passwords.verify(one, 'violet tran'), false)
})

test('P02: no byte of a password is ignored, the 73rd and those behind a NUL included', async () => {
  const long = 'x'.repeat(1000)
  const hash = await passwords.hash(`${long}a`)
  assert.equal(await passwords.verify(hash, `${long}b`), false)
  assert.equal(await passwords.verify(await passwords.hash('one\0two'), 'one\0tow'), false)
})

test('P03: the same password in another normal form is the same password', async () => {
  const hash = await passwords.hash('caf\u00e9 au lait')
  assert.equal(await passwords.verify(hash, 'cafe\u0301 au lait'), true)
  assert.equal(await passwords.verify(hash, 'cafe au lait'), false)
})

test("P01: nobody's password is never right, not even by chance of the dummy", async () => {
  assert.equal(await passwords.verify(null, ''), false)
  assert.equal(await passwords.verify(null, 'anything'), false)
})

test('P01: an unknown account costs the same hashing as a known one', async () => {
  const hash = await passwords.hash('violet tram under seven')
  const times = { known: [] as number[], unknown: [] as number[] }
  for (let round = 0; round < 30; round += 1) {
    for (const [who, stored] of [
      ['known', hash],
      ['unknown', null],
    ] as const) {
      const began = performance.now()
      await passwords.verify(stored, 'wrong')
      times[who].push(performance.now() - began)
    }
  }
  const [known, unknown] = [median(times.known), median(times.unknown)]
  assert.ok(Math.abs(known - unknown) < 0.3 * known, `known ${known} ms, unknown ${unknown} ms`)
})

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN
}

const weak = [
  'short',
  'password1',
  'qwertyuiop',
  '1111111111',
  'abcdefgh',
  'anna.schmidt',
  'anna.schmidt@example.com',
  'l33tl33t',
  '\u{1f511}\u{1f511}\u{1f511}\u{1f511}',
]

test('ASVS 6.2.4: a password that guessing finds soon is refused, and the answer names the field', () => {
  for (const password of weak) {
    const mistake = passwordMistake('newPassword', password, 'anna.schmidt@example.com')
    assert.equal(mistake?.field, 'newPassword', password)
    assert.ok(mistake.problem.length > 0 && mistake.remedy.length > 0)
  }
})

test('ASVS 6.2.5, 6.2.9: long words without digits or signs are welcome, and so are 64 characters and more', () => {
  for (const password of [
    'correct horse battery staple',
    'violet tram under seven '.repeat(8),
    '\u0645\u0641\u062a\u0627\u062d \u0623\u0632\u0631\u0642 \u0639\u0645\u064a\u0642',
  ]) {
    assert.equal(passwordMistake('password', password, 'anna@example.com'), null, password)
  }
})

test('the longest password is judged soon enough not to hold others up', () => {
  const began = performance.now()
  for (const password of ['a'.repeat(1024), 'aB1!'.repeat(256), '4@8({[</6$5+7%'.repeat(70)])
    passwordMistake('password', password, 'anna@example.com')
  assert.ok(performance.now() - began < 1500)
})
