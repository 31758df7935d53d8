import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sweepExpired } from '#src/sweep.js'
import { keptLog } from './test-server.js'

const day = 24 * 3_600_000

test('sessions long over and records of long ago are erased, batch after batch, and not before a day and 90 days have passed', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const asked: (readonly [before: number, limit: number])[] = []
  const left = [500, 500, 20]
  const removeExpired = async (before: number, limit: number): Promise<number> => {
    asked.push([before, limit])
    return left.shift() ?? 0
  }
  const removed: (readonly [before: number, limit: number])[] = []
  const kept = [500, 3]
  const removeBefore = async (before: number, limit: number): Promise<number> => {
    removed.push([before, limit])
    return kept.shift() ?? 0
  }
  const stop = sweepExpired({ sessions: { removeExpired }, audit: { removeBefore } }, () => 100 * day, keptLog([]))
  t.mock.timers.tick(10 * 60_000)
  await new Promise(setImmediate)
  assert.deepEqual(asked, [
    [99 * day, 500],
    [99 * day, 500],
    [99 * day, 500],
  ])
  assert.deepEqual(removed, [
    [10 * day, 500],
    [10 * day, 500],
  ])
  stop()
  t.mock.timers.tick(60 * 60_000)
  await new Promise(setImmediate)
  assert.deepEqual([asked.length, removed.length], [3, 2])
})

test('a store in trouble while sweeping is a line in the log and nothing more', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const logged: string[] = []
  const stop = sweepExpired(
    { sessions: { removeExpired: () => Promise.reject(new Error('gone')) }, audit: { removeBefore: async () => 0 } },
    Date.now,
    keptLog(logged),
  )
  t.mock.timers.tick(10 * 60_000)
  await new Promise(setImmediate)
  stop()
  assert.equal(logged.length, 1)
  assert.match(logged[0] ?? '', /could not be erased/)
})
