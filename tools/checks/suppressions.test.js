import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tree } from './fixture.js'
import { run } from './suppressions.js'

test('suppressions: with their reasons they pass', (t) => {
  const text = [
    '// oxlint-disable-next-line no-console -- the command line speaks to people',
    '// @ts-expect-error a plain string is refused',
    '// speaks about oxlint-disable without being one',
  ]
  assert.deepEqual(run(tree(t, { 'a.ts': text.join('\n') })).lines, [])
})

for (const text of [
  '// oxlint-disable-next-line no-console',
  '/* eslint-disable -- because of it all */',
  '// @ts-expect-error',
  '// @ts-ignore with a long reason',
  '// oxfmt-ignore',
]) {
  test(`suppressions: caught: ${text}`, (t) => {
    const { ok, lines } = run(tree(t, { 'a.ts': `${text}\nf()\n` }))
    assert.equal(ok, false)
    assert.match(lines[0], /^a\.ts:1: /)
  })
}
