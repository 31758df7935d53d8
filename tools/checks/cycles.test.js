import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from './cycles.js'
import { tree } from './fixture.js'

const source = 'packages/hallpass/src'

test('cycles: a chain passes', (t) => {
  const root = tree(t, {
    [`${source}/a.ts`]: "import './b.js'\n",
    [`${source}/b.ts`]: "import './c.js'\n",
    [`${source}/c.ts`]: '',
  })
  assert.deepEqual(run(root).lines, [])
})

test('cycles: caught: three files in a ring, one way by #src and one by re-export', (t) => {
  const root = tree(t, {
    [`${source}/a.ts`]: "import { b } from './core/b.js'\n",
    [`${source}/core/b.ts`]: "export { c } from '#src/c.js'\n",
    [`${source}/c.ts`]: "export const c = () => import('./a.js')\n",
  })
  const { ok, figure, lines } = run(root)
  assert.equal(ok, false)
  assert.equal(figure, '1 of values, 0 of types')
  assert.deepEqual(lines, [`import cycle: ${source}/a.ts → ${source}/c.ts → ${source}/core/b.ts`])
})

test('cycles: caught apart: a ring that only types close', (t) => {
  const root = tree(t, {
    [`${source}/a.ts`]: "import type { B } from './b.js'\n",
    [`${source}/b.ts`]: "import './a.js'\n",
  })
  const { ok, figure } = run(root)
  assert.equal(ok, false)
  assert.equal(figure, '0 of values, 1 of types')
})
