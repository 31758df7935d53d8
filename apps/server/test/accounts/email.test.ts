import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEmail } from '#src/accounts/email.js'

const oneMailbox: readonly (readonly [spelling: string, email: string])[] = [
  ['anna@example.com', 'anna@example.com'],
  ['ANNA@EXAMPLE.COM', 'anna@example.com'],
  ['anna@EXAMPLE\u3002com', 'anna@example.com'],
  ['anna@ｅｘａｍｐｌｅ.com', 'anna@example.com'],
  ['j\u00fcrgen@b\u00fccher.example', 'j\u00fcrgen@xn--bcher-kva.example'],
  ['ju\u0308rgen@bu\u0308cher.example', 'j\u00fcrgen@xn--bcher-kva.example'],
  ['J\u00dcRGEN@XN--BCHER-KVA.example', 'j\u00fcrgen@xn--bcher-kva.example'],
  ["o'brien+list@mail.example.com", "o'brien+list@mail.example.com"],
]

test('a mailbox has one spelling, however it is typed', () => {
  for (const [spelling, email] of oneMailbox) assert.deepEqual(readEmail(spelling), { ok: true, email }, spelling)
})

test('the one spelling is its own spelling', () => {
  for (const [, email] of oneMailbox) assert.deepEqual(readEmail(email), { ok: true, email })
})

const refused: readonly string[] = [
  '',
  'anna',
  '@example.com',
  'anna@',
  'anna@@example.com',
  'anna@b@example.com',
  ' anna@example.com',
  'anna@example.com ',
  'anna@example.com\n',
  'an\u0000na@example.com',
  'an\u200bna@example.com',
  'an\u00a0na@example.com',
  'an\u202ena@example.com',
  'anna@example',
  'anna@localhost',
  'anna@127.0.0.1',
  'anna@0x7f.1',
  'anna@[127.0.0.1]',
  'anna@exa%6dple.com',
  'anna@example.com.',
  'anna@example.com:25',
  'anna@example.com/x',
  'anna@-a.com',
  'anna@a_b.com',
  '"an na"@example.com',
  'anna(comment)@example.com',
  'anna\\@example.com',
  'anna\ud800@example.com',
  `${'a'.repeat(65)}@example.com`,
  `anna@${'a'.repeat(64)}.com`,
  `anna@${'abcdefghi.'.repeat(25)}com`,
]

test('what is no address is refused rather than mended', () => {
  for (const text of refused) assert.equal(readEmail(text).ok, false, JSON.stringify(text))
})

test('another letter that only looks the same is another mailbox', () => {
  assert.notDeepEqual(readEmail('\u0430nna@example.com'), readEmail('anna@example.com'))
})
