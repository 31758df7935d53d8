import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowOf, run } from './errors-documented.js'
import { tree } from './fixture.js'

const table = "export const errors = { 'lost': [404, 'Lost', 'Look again.'] }\n"
const row = rowOf('lost', 404, 'Lost', 'Look again.')

function withPage(t, page) {
  return run(
    tree(t, {
      'packages/hallpass/package.json': { type: 'module' },
      'packages/hallpass/dist/core/errors.js': table,
      'docs/errors.md': page,
    }),
  )
}

test('errors: a page that says what the table says passes', async (t) => {
  assert.deepEqual((await withPage(t, row)).lines, [])
})

for (const [what, page] of [
  ['a code that is not documented', ''],
  ['a status that differs', row.replace('404', '410')],
  ['a code that is gone', `${row}\n${rowOf('found', 200, 'Found', 'Rejoice.')}`],
]) {
  test(`errors: caught: ${what}`, async (t) => assert.equal((await withPage(t, page)).ok, false))
}
