import assert from 'node:assert/strict'
import { test } from 'node:test'
import { twoInstances } from './two-instances.js'

test('a member says how often it has renewed, and which one was asked; its mark is its own affair', async (t) => {
  const { here, there, pass } = await twoInstances(t)
  const before = (await here.members()).find(({ self }) => self)!
  assert.deepEqual(Object.keys(before).sort(), [
    ...['acknowledged', 'incarnation', 'lastKnownGood', 'lease', 'renewal', 'self'],
  ])
  await pass(2000)
  const after = (await here.members()).find(({ self }) => self)!
  assert.ok(after.renewal > before.renewal, `${before.renewal} and then ${after.renewal}`)
  assert.deepEqual(after, { ...before, renewal: after.renewal })
  const told = (await there.members()).find(({ incarnation }) => incarnation === after.incarnation)
  assert.deepEqual(told, { ...after, self: false })
})
