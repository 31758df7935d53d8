// Must show 7: what a million ended sessions cost an instance in bytes and in time, and a million cached ones.
import { launch } from './processes.js'
import { printTable, progress, quantile, round, verdict } from './table.js'

/** A look-up in a large map misses the processor's caches; of a whole request it must stay a small part. */
const most = 1.5
const slices = 30

/** @param {{ count: number, strategies: string[] }} plan `count`: how many of each */
export async function memory({ count, strategies }) {
  const weights = [await alone('endedSessions', count), await alone('cachedSessions', count)]
  const costs = [
    costOf('judging a token, none and all of them ended', await alone('judging', count)),
    costOf('a hit in the cache of sessions, 1,000 and all of them', await alone('hitting', count)),
  ]
  const requests = []
  for (const strategy of strategies) {
    progress(`memory: requests, ${strategy}`)
    requests.push(
      costOf(`a whole warm request, ${strategy}, none and all of them ended`, await byTurns(strategy, count)),
    )
  }
  printTable('What they weigh, after a full collection', weights)
  printTable(`Nanoseconds, medians of slices by turns; all: ${count.toLocaleString('en-US')}`, [...costs, ...requests])
  const broken = requests.flatMap(({ what, ratio }) => (ratio > most ? [`${what}: ${ratio} times`] : []))
  return verdict('memory', `with all those ended a whole request costs at most ${most} times as much`, broken)
}

async function alone(verb, count) {
  progress(`memory: ${verb}`)
  const child = await weigher()
  try {
    return await child.ask(verb, count)
  } finally {
    await child.end()
  }
}

/** Two instances, each in a process of its own, so that each collects its own garbage; the processor's time counts. */
async function byTurns(strategy, count) {
  const children = await Promise.all([weigher(), weigher()])
  const took = [[], []]
  try {
    await Promise.all(children.map((child, at) => child.ask('prepareRequests', strategy, at * count)))
    for (let slice = -5; took.some((figures) => figures.length < slices); slice++) {
      for (const [at, child] of children.entries()) {
        const nanoseconds = await child.ask('checkRequests')
        if (slice >= 0 && nanoseconds !== null) took[at].push(nanoseconds)
      }
    }
    return took
  } finally {
    await Promise.all(children.map((child) => child.end()))
  }
}

function weigher() {
  return launch('./weigh.js', {}, ['--expose-gc', '--max-old-space-size=8192'])
}

function costOf(what, took) {
  const [few, many] = took.map((figures) => quantile(figures, 0.5))
  return { what, few: round(few, 1), many: round(many, 1), ratio: round(many / few) }
}
