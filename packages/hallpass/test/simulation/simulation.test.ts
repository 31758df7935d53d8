import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { add, noCounts } from './counts.js'
import { directed } from './directed/index.js'
import { mutants } from './mutants/index.js'
import { judgeMutants } from './mutation.js'
import { randomRun } from './random-run.js'
import { refreshRun } from './refresh-run.js'
import { directedRun } from './stage.js'

describe('simulation of the revocation protocol', () => {
  it('keeps every promise in schedules by chance', async () => {
    const sum = noCounts()
    for (let seed = 1; seed <= 200; seed++) {
      const { name, counts, violations } = await randomRun(seed)
      assert.deepEqual(violations, [], `${name}: npm run simulate -- --seed ${seed} --story`)
      add(sum, counts)
    }
    assert.ok(
      sum.accepted > 100_000,
      `only ${sum.accepted} of ${sum.checks} checks accepted: nothing was put to the test`,
    )
    assert.ok(sum.revokes - sum.revokesFailed > 1000, `only ${sum.revokes} revocations`)
  })

  for (const schedule of directed) {
    it(`keeps every promise: ${schedule.name}`, async () => {
      assert.deepEqual((await directedRun(schedule)).violations, [])
    })
  }

  it('refreshes without false alarm, and sees every theft', async () => {
    for (let seed = 1; seed <= 60; seed++)
      assert.deepEqual((await refreshRun(seed)).violations, [], `refreshes, seed ${seed}`)
  })

  it('tells the same story of the same seed', async () => {
    const first = await randomRun(3, { tellsStory: true })
    const second = await randomRun(3, { tellsStory: true })
    assert.ok(first.story.length > 100)
    assert.deepEqual(first.story, second.story)
  })

  it('can fail: mutants are killed by the schedules that are meant for them', async () => {
    const share = mutants.filter(({ by }, index) => by !== null && index % 6 === 0)
    const verdicts = await judgeMutants(share, { seeds: 0, atOnce: 2 })
    const survivors = verdicts.filter(({ by }) => by === null)
    assert.deepEqual(
      survivors.map(({ mutant }) => mutant.name),
      [],
    )
  })
})
