import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  finding,
  finish,
  longestJson,
  Paths,
  reading,
  readJson,
  prettyJson,
  refusalToWrite,
  sorting,
  tokensIn,
  tokenIn,
  writeJson,
  writtenLength,
} from 'hallpass/inspect'

const depth = 100_000

test('100,000 levels, of arrays and of objects: read, sorted, searched and written without recursion', () => {
  for (const text of [
    `${'['.repeat(depth)}"x"${']'.repeat(depth)}`,
    `${'{"b":1,"a":'.repeat(depth)}"x"${'}'.repeat(depth)}`,
  ]) {
    const reading = readJson(text)
    assert.ok(reading.ok)
    const { document } = reading
    assert.equal(writeJson(document, ''), text)
    const sorted = finish(sorting(document))
    assert.equal(writtenLength(sorted, ''), text.length)
    const [found] = finish(finding(sorted, 'X'))
    assert.ok(found !== undefined)
    assert.equal(new Paths(sorted).containersOf(found).length, depth)
    assert.match(new Paths(sorted).to(found), / … 99,960 levels … /)
    // 100,000 levels indented by two make 2 * 100,000 * 100,000 characters
    assert.ok(writtenLength(document, '  ') > 2e10)
    assert.match(refusalToWrite(document, '  ') ?? '', /[23]0\.\d GB/)
    assert.equal(refusalToWrite(document, ''), null)
  }
})

test('what is only looked at is not indented to gigabytes', () => {
  assert.equal(prettyJson('{"a":[1,{}]}'), '{\n  "a": [\n    1,\n    {}\n  ]\n}')
  assert.equal(prettyJson('{"a":'), null)
  const flat = `[${'[1],'.repeat(262_000)}[1]]`
  assert.equal(prettyJson(flat)?.replace(/\s/g, ''), flat)
  for (const levels of [5_000, depth, 500_000]) {
    const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`
    assert.ok(prettyJson(deep) === deep, `${levels}`)
  }
})

test('100,000 levels that are never closed, or closed once too often', () => {
  const open = readJson('[{"a":'.repeat(depth))
  assert.ok(!open.ok)
  assert.deepEqual([open.fault.kind, open.fault.depth, open.fault.open.length], ['cut-off', 2 * depth, 3])
  const closed = readJson(`${'['.repeat(depth)}${']'.repeat(depth + 1)}`)
  assert.ok(!closed.ok)
  assert.deepEqual([closed.fault.kind, closed.fault.place.offset], ['unopened-bracket', 2 * depth])
})

test('what is read once costs one look at each character, whatever its form', () => {
  const size = 1_000_000
  const forms = {
    numbers: `[${'1,'.repeat(size / 2)}1]`,
    digits: `1${'0'.repeat(size)}`,
    fraction: `0.${'10'.repeat(size / 2)}`,
    string: `"${'a'.repeat(size)}"`,
    backslashes: `"${'\\\\'.repeat(size / 2)}`,
    names: `{${Array.from({ length: size / 10 }, (_, i) => `"n${i}":1`).join(',')}}`,
    'one name': `{${'"a":1,'.repeat(size / 6)}"a":1}`,
    'precise numbers': `[${'0.12345678901234567890,'.repeat(size / 23)}1]`,
    'deep warnings': `${'[1e999,'.repeat(size / 8)}1${']'.repeat(size / 8)}`,
    blanks: `[${' \n'.repeat(size / 2)}`,
    commas: `[1${' '.repeat(size)}`,
  }
  for (const [form, text] of Object.entries(forms)) {
    const started = process.cpuUsage()
    readJson(text)
    const { user } = process.cpuUsage(started)
    // a hundred times what it takes, and a thousandth of what quadratic time would
    assert.ok(user < 10e6, `${form}: ${user / 1000} ms of the processor`)
  }
})

test('reading tells how far it is, and can be left at any step', () => {
  const work = reading(`[${'1,'.repeat(3_000_000)}1]`)
  const steps: number[] = []
  for (let step = work.next(); step.done !== true; step = work.next()) steps.push(step.value)
  assert.equal(steps.length, 5)
  assert.deepEqual(
    steps,
    [...steps].sort((a, b) => a - b),
  )
  assert.ok(steps.every((step) => step > 0 && step < 1))
  assert.ok(longestJson < 2 ** 29)
})

test('finds what strings say, in any case, and not how they escape it', () => {
  const reading = readJson('{"Kid":["\\u006bID","x\\"kid","ki d",true,1.5e3,null],"k":{}}')
  assert.ok(reading.ok)
  const found = (text: string): string[] =>
    [...finish(finding(reading.document, text))].map((entry) => reading.document.written(entry))
  assert.deepEqual(found('kid'), ['"Kid"', '"\\u006bID"', '"x\\"kid"'])
  assert.deepEqual(found('TRU'), ['true'])
  assert.deepEqual(found('5E'), ['1.5e3'])
  assert.deepEqual(found('u006b'), [])
  assert.deepEqual(found('"'), ['"x\\"kid"'])
  assert.deepEqual(found(''), [])
})

test('knows what looks like a JWT', () => {
  const jwt = `eyJ${'a'.repeat(10)}.eyJ${'b'.repeat(10)}.${'c'.repeat(10)}`
  const jwe = `eyJ${'a'.repeat(10)}..${'b'.repeat(10)}.${'c'.repeat(10)}.${'d'.repeat(10)}`
  for (const [text, token] of [
    [jwt, jwt],
    [jwe, jwe],
    [`Bearer ${jwt}`, jwt],
    [`eyJ${'a'.repeat(10)}.eyJ${'b'.repeat(10)}.`, `eyJ${'a'.repeat(10)}.eyJ${'b'.repeat(10)}.`],
    ['eyJhello', null],
    ['a.b.c', null],
    [`${jwt} `, null],
    [`${jwt}.x`, null],
  ] as const) {
    assert.equal(tokenIn(text), token, text)
  }
  const reading = readJson(`{"${jwt}":"x","a":["${jwt}","Bearer ${jwe}"]}`)
  assert.ok(reading.ok)
  const paths = [...tokensIn(reading.document)].map((entry) => new Paths(reading.document).to(entry))
  assert.deepEqual(paths, ['$.a[0]', '$.a[1]'])
})
