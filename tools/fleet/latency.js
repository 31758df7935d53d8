// Must show 5: how long a revoke takes while all is well, beside a bare publish-and-acknowledge among as many processes.
import { cpus } from 'node:os'
import { becomeMembers, signInMany, withFleet } from './fleet.js'
import { launch } from './processes.js'
import { printTable, progress, quantile, round, verdict } from './table.js'

/** At 1 and 3 instances; beyond that there are more processes than cores. */
const aim = 1.5
const slice = 10

const nothing = () => ({ revokes: [], floors: [], trips: [], writes: [], silent: 0 })

/** @param {{ engines: string[], counts: number[], revocations: number, warmUp: number }} plan `warmUp`: how many of each come first, unmeasured, so that what has been compiled is measured */
export async function latency({ engines, counts, ...amounts }) {
  const rows = []
  const broken = []
  for (const engine of engines.filter((engine) => engine !== 'sqlite')) {
    for (const count of counts) {
      progress(`latency: ${count} instances on ${engine}`)
      const figures = await withFleet(engine, { count, strategy: 'session' }, (fleet) => measure(fleet, amounts))
      const ratio = quantile(figures.revokes, 0.5) / quantile(figures.floors, 0.5)
      if (figures.silent > 0) broken.push(`${count} on ${engine}: ${figures.silent} revokes waited somebody out`)
      if (count <= 3 && ratio > aim) broken.push(`${count} on ${engine}: ${round(ratio)} times the floor`)
      rows.push(rowOf(engine, count, ratio, figures))
    }
  }
  printTable(`Milliseconds of ${amounts.revocations} revokes, in slices of ${slice} by turns with the floor`, rows)
  console.log(
    'floor: published, and acknowledged by as many processes as there are instances, the publisher among them. ' +
      `There are ${cpus().length} cores: with more processes than that, both wait for a core before they can answer.\n` +
      'one write: what the floor is spared, and a revoke is not: on disk as the store promises it (Redis: every second).',
  )
  return verdict('latency', `a revoke takes at most ${aim} times the floor with 1 and with 3 instances`, broken)
}

async function measure({ store, instances }, { revocations, warmUp }) {
  const { where } = store
  const publisher = await launch('./floor.js', { where, publishes: true })
  const others = instances.slice(1).map(() => launch('./floor.js', { where, publishes: false }))
  const floor = [publisher, ...(await Promise.all(others))]
  try {
    const sessions = await signInMany(instances, 'gone', warmUp + revocations)
    await becomeMembers(instances)
    const figures = nothing()
    for (let from = 0; from < sessions.length; from += slice) {
      const kept = from < warmUp ? nothing() : figures
      for (let time = 0; time < slice; time++) kept.floors.push(await publisher.ask('publish', instances.length))
      for (let time = 0; time < slice; time++) kept.trips.push(await publisher.ask('roundTrip'))
      for (let time = 0; time < slice; time++) kept.writes.push(await publisher.ask('write'))
      for (const { id } of sessions.slice(from, from + slice)) {
        const { receipt, milliseconds } = await instances[0].ask('revoke', id)
        kept.revokes.push(milliseconds)
        if (receipt.waitedOut.length > 0 || receipt.acknowledged.length !== instances.length) kept.silent++
      }
    }
    return figures
  } finally {
    await Promise.all(floor.map((member) => member.end()))
  }
}

function rowOf(engine, count, ratio, { revokes, floors, trips, writes }) {
  const at = (figures, share) => round(quantile(figures, share))
  return {
    store: engine,
    instances: count,
    'revoke p50': at(revokes, 0.5),
    p95: at(revokes, 0.95),
    p99: at(revokes, 0.99),
    'floor p50': at(floors, 0.5),
    'floor p95': at(floors, 0.95),
    'floor p99': at(floors, 0.99),
    ratio: round(ratio),
    'one read': at(trips, 0.5),
    'one write': at(writes, 0.5),
    'to floor and write': round(quantile(revokes, 0.5) / (quantile(floors, 0.5) + quantile(writes, 0.5))),
  }
}
