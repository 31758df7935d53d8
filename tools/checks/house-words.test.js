import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tree } from './fixture.js'
import { run } from './house-words.js'

const readme = { 'README.md': '`npm ci && npm start` and `npm ci && npm test`' }

test('house words: a sound tree passes', (t) => {
  const root = tree(t, { ...readme, 'apps/server/src/a.ts': "fetch('/auth/home/1')\nlist.skip\n" })
  assert.deepEqual(run(root).lines, [])
})

const words = {
  'an unfinished mark': ['// TODO: later', /a\.ts:1: TO/],
  'a hole': ["throw new Error('Not implemented')", /a\.ts:1: Not /],
  'a skipped test': ["test.skip('a', f)", /a\.ts:1: \.skip\(/],
  'a lonely test': ["test.only('a', f)", /a\.ts:1: \.only\(/],
  'a path of one machine': ["read('/home/somebody/x')", /a\.ts:1: '\/home\/s/],
}

for (const [what, [text, expected]] of Object.entries(words)) {
  test(`house words: caught: ${what}`, (t) => {
    const { ok, lines } = run(tree(t, { ...readme, 'apps/server/src/a.ts': text }))
    assert.equal(ok, false)
    assert.match(lines.join('\n'), expected)
  })
}

test('house words: caught: a README that does not say how to begin', (t) => {
  assert.deepEqual(run(tree(t, { 'README.md': 'npm ci && npm test' })).lines, [
    'README.md does not say npm ci && npm start',
  ])
})
