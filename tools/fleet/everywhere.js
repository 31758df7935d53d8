// Must show 6: ending every session of a subject is one step, and takes the same time whatever their number.
import { setTimeout as sleep } from 'node:timers/promises'
import { becomeMembers, withFleet } from './fleet.js'
import { engines } from './stores.js'
import { printTable, progress, quantile, round, verdict } from './table.js'

/** So many of each subject's sessions are signed in for real and asked with; the others are copies in the store. */
const sampled = 5

/** @param {{ engines?: string[], counts: number[], subjects: number }} plan `subjects`: how many of each size */
export async function everywhere({ engines: chosen = engines, counts, subjects }) {
  const rows = []
  const broken = []
  for (const engine of chosen) {
    await withFleet(engine, { count: 3, strategy: 'session' }, async ({ instances }) => {
      await becomeMembers(instances)
      const prepared = await prepare(instances, engine, counts, subjects)
      const took = await revokeByTurns(instances, prepared, (line) => broken.push(`${engine}: ${line}`))
      for (const count of counts) rows.push(rowOf(engine, count, took.get(count), took.get(counts[0])))
      const one = took.get(counts[0])
      const [low, high] = spreadOf(one)
      const most = quantile(one, 0.5) + Math.max(high - low, 1)
      for (const count of counts.slice(1)) {
        const median = quantile(took.get(count), 0.5)
        if (median > most) broken.push(`${engine}: ${count} sessions took ${round(median)} ms, at most ${round(most)}`)
      }
    })
  }
  printTable(`revokeAll of ${subjects} subjects of each size by turns, on three instances that have them warm`, rows)
  console.log('noise: as far above the median of one session as half of them are apart, a millisecond at least')
  return verdict(
    'everywhere',
    'the same time within noise whatever the number of sessions, and every one is over',
    broken,
  )
}

async function prepare(instances, engine, counts, subjects) {
  const prepared = []
  for (let number = 0; number < subjects; number++) {
    for (const count of counts) {
      const subject = `u_${number}_of_${count}`
      const real = await instances[0].ask('signIn', Array(Math.min(count, sampled)).fill(subject))
      if (count > sampled) await instances[0].ask('fill', real[0].id, count - sampled)
      prepared.push({ subject, count, cookies: real.map(({ cookie }) => cookie) })
    }
    if ((number + 1) % 5 === 0) progress(`everywhere: ${number + 1} of ${subjects} subjects on ${engine}`)
  }
  await instances[0].ask('settle')
  return prepared
}

async function revokeByTurns(instances, prepared, fail) {
  const took = new Map()
  for (const [number, { subject, count, cookies }] of prepared.entries()) {
    const standings = () => Promise.all(instances.map((instance) => instance.ask('standings', cookies)))
    for (const heard of [...(await standings()), ...(await standings())]) {
      if (heard.some((standing) => standing !== subject)) fail(`${subject} was ${heard.join()} before`)
    }
    // So that nothing that happens at intervals falls on the same size every time.
    await sleep((number * 37) % 101)
    const { receipt, milliseconds } = await instances[number % instances.length].ask('revokeAll', subject)
    for (const heard of await standings()) {
      if (heard.some((standing) => standing !== 'ended')) fail(`${subject} was ${heard.join()} afterwards`)
    }
    if (receipt.waitedOut.length > 0) fail(`${subject}: ${receipt.waitedOut.length} instances were waited out`)
    took.set(count, [...(took.get(count) ?? []), milliseconds])
  }
  return took
}

/** Where half of them lie. */
function spreadOf(figures) {
  return [quantile(figures, 0.25), quantile(figures, 0.75)]
}

function rowOf(engine, count, figures, ofOne) {
  const median = quantile(figures, 0.5)
  const [low, high] = spreadOf(figures)
  return {
    store: engine,
    sessions: count,
    subjects: figures.length,
    'median ms': round(median),
    'half of them': `${round(low)}–${round(high)}`,
    all: `${round(Math.min(...figures))}–${round(Math.max(...figures))}`,
    'to one session': round(median / quantile(ofOne, 0.5)),
  }
}
