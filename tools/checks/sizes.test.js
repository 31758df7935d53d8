import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tree } from './fixture.js'
import { run } from './sizes.js'

const source = 'packages/hallpass/src'
const lines = (count) => 'one()\n'.repeat(count)

test('sizes: blank lines and comments do not count; the row tells the longest', (t) => {
  const body = `${'// why\n\n/* and\n   how */\n'.repeat(40)}${lines(58)}`
  const { ok, table } = run(tree(t, { [`${source}/core/a.ts`]: `export function long() {\n${body}}\n` }))
  assert.equal(ok, true)
  assert.deepEqual(table[1], ['packages/hallpass', 1, 60, 60, '60 core/a.ts', 60, '60 long (core/a.ts)'])
})

const twins = {
  'a long function': [
    `${source}/a.ts`,
    `export const long = () => {\n${lines(59)}}\n`,
    /a\.ts:1: long has 61 code lines/,
  ],
  'a long method, with what is nested in it': [
    `${source}/a.ts`,
    `class A {\n  long() {\n    return () => {\n${lines(58)}    }\n  }\n}\n`,
    /a\.ts:2: long has 62 code lines/,
  ],
  'a long file': [`apps/server/src/a.ts`, lines(301), /301 code lines, a file may have 300/],
  'a long adapter': [`${source}/adapters/express.ts`, lines(51), /51 code lines, an adapter may have 50/],
  'a long driver': [`${source}/stores/sqlite/sqlite.ts`, lines(251), /251 code lines, a store driver may have 250/],
  'any in core': [`${source}/core/a.ts`, 'export const a = 1 as any\n', /core\/a\.ts:1: any in core/],
}

for (const [what, [file, text, expected]] of Object.entries(twins)) {
  test(`sizes: caught: ${what}`, (t) => {
    const { ok, lines: found } = run(tree(t, { [file]: text }))
    assert.equal(ok, false)
    assert.match(found.join('\n'), expected)
  })
}
