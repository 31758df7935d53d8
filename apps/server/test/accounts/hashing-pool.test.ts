import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashingPool } from '#src/accounts/hashing-pool.js'

function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined
  const passed = new Promise<void>((resolve) => (open = resolve))
  return { passed, open: () => open() }
}

test('P07: never more hash at once than the pool allows, and they come in turn', async () => {
  const pool = hashingPool({ atOnce: 2, waiting: 100 })
  let running = 0
  let most = 0
  const order: number[] = []
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      pool.run(async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise(setImmediate)
        order.push(index)
        running -= 1
      }),
    ),
  )
  assert.equal(most, 2)
  assert.deepEqual(
    order,
    [...order].sort((one, other) => one - other),
  )
})

test('P07: who comes to a full pool is told so at once, and nothing is hashed for them', async () => {
  const pool = hashingPool({ atOnce: 1, waiting: 1 })
  const { passed, open } = gate()
  const first = pool.run(() => passed)
  const second = pool.run(async () => 'second')
  let ran = false
  await assert.rejects(
    pool.run(async () => void (ran = true)),
    { code: 'contended' },
  )
  open()
  await first
  assert.equal(await second, 'second')
  assert.equal(ran, false)
})

test('a task that fails gives its place back', async () => {
  const pool = hashingPool({ atOnce: 1, waiting: 0 })
  await assert.rejects(
    pool.run(() => Promise.reject(new Error('broken'))),
    /broken/,
  )
  assert.equal(await pool.run(async () => 'next'), 'next')
})
