import { directed } from './directed/index.js'
import { randomRun } from './random-run.js'
import { refreshRun } from './refresh-run.js'
import { directedRun } from './stage.js'

/**
 * Looks for whatever shows that the code is wrong: the schedule that is likely to, every other, then chance. Answers
 * what it was, or null.
 */
export async function attack(first: string | null, seeds: number): Promise<{ by: string; violation: string } | null> {
  for (let seed = 1; seed <= (first === 'refresh' ? 60 : 0); seed++) {
    const { violations } = await refreshRun(seed)
    if (violations.length > 0) return { by: 'refresh', violation: violations[0]! }
  }
  const likely = directed.filter(({ name }) => name === first)
  for (const schedule of [...likely, ...directed.filter((one) => !likely.includes(one))]) {
    const { violations } = await directedRun(schedule)
    if (violations.length > 0) return { by: schedule.name, violation: violations[0]! }
  }
  for (let seed = 1; seed <= seeds; seed++) {
    const { name, violations } = await randomRun(seed)
    if (violations.length > 0) return { by: name, violation: violations[0]! }
  }
  return null
}
