// Must show 5 of the tokens between services: what a revocation costs with verifiers elsewhere, and that none of them
// accepts once it has returned: on one instance, in a tree of three levels, and where a part of the tree stands still.
import { randomBytes } from 'node:crypto'
import { becomeMembers, windowMilliseconds, withFleet } from './fleet.js'
import { launch } from './processes.js'
import { printTable, progress, quantile, round, verdict } from './table.js'

const promise = 'after a revoke has returned, accepted by no verifier'

/** As many as the machine is worth; each has a part of the verifiers. */
const processes = 2
/** Rounds of checks after each revocation. */
const rounds = 3

/** @param {{ engines: string[], counts: number[], tree: { relays: number, leaves: number }, revocations: number, allowance: number }} plan `leaves`: below each relay */
export async function remote({ engines, counts, tree, revocations, allowance }) {
  const [engine] = engines
  const broken = []
  const rows = []
  const logKey = randomBytes(36).toString('base64url')
  await withFleet(engine, { count: 1, strategy: 'hybrid', logKey }, async ({ instances: [instance] }) => {
    await becomeMembers([instance])
    const { keys } = await instance.ask('jwks')
    const [{ token }] = await instance.ask('signInApps', ['u_keeper'])
    const scene = { instance, token, settings: { jwks: { keys }, key: logKey }, revocations, broken }
    for (const count of counts) {
      // What a machine cannot carry is told beside what it can.
      const row = await oneLevel(scene, count).catch((error) => void broken.push(error.message))
      if (row !== undefined) rows.push(row)
    }
    const { row, troubled } = await threeLevels(scene, tree, allowance)
    printTable(`Revocations at an instance on ${engine} with verifiers below it`, [...rows, row])
    console.log('bytes: HTTP and all, for each verifier and revocation; renewals, which go on anyway, apart.')
    printTable(
      `A part of the tree stands still (bound ${windowMilliseconds} ms, and ${allowance} ms for scheduling)`,
      troubled,
    )
  })
  return verdict('remote', promise, broken)
}

async function oneLevel({ instance, token, settings, ...scene }, count) {
  progress(`remote: ${count} verifiers on one instance`)
  const parts = await launchParts(settings, Math.min(processes, count))
  try {
    await Promise.all(
      parts.map((part, at) => part.ask('open', [instance.ready.log], shareOf(count, parts.length, at), token)),
    )
    return await measure({ instance, token, parts, ...scene }, { verifiers: count, levels: 2 }, count)
  } finally {
    await endParts(parts, instance)
  }
}

/** Relays in one process, leaves below all of them in the others. */
async function threeLevels({ instance, token, settings, ...scene }, { relays, leaves }, allowance) {
  const count = relays * (1 + leaves)
  progress(`remote: a tree of ${count} verifiers, ${relays} of them relays`)
  const [middle, ...ends] = await launchParts(settings, 1 + processes)
  const parts = [middle, ...ends]
  try {
    const addresses = await middle.ask('open', [instance.ready.log], relays, token, true)
    await Promise.all(ends.map((part, at) => part.ask('open', addresses, shareOf(leaves, ends.length, at), token)))
    const all = { instance, token, parts, ...scene }
    const row = await measure(all, { verifiers: count, levels: 3 }, relays)
    const troubled = []
    for (const [what, stopped] of [
      ['every relay', middle],
      ['half of the leaves', ends[0]],
    ]) {
      troubled.push(await standStill(all, what, stopped, allowance))
    }
    return { row, troubled }
  } finally {
    await endParts(parts, instance)
  }
}

async function measure({ instance, token: kept, parts, revocations, broken }, what, below) {
  await becomeReady(parts, kept, what.verifiers)
  const sessions = await instance.ask(
    'signInApps',
    Array.from({ length: revocations }, (_, at) => `u_gone_${at}`),
  )
  const took = []
  const seen = { before: {}, after: {} }
  let traffic = null
  let waitedOut = 0
  for (const [number, { id, token }] of sessions.entries()) {
    await Promise.all(parts.map((part) => part.ask('watch', token)))
    traffic ??= await instance.ask('traffic')
    const { receipt, resolvedAt, milliseconds } = await instance.ask('revoke', id)
    took.push(milliseconds)
    for (const { before, after } of await Promise.all(parts.map((part) => part.ask('finish', resolvedAt, rounds)))) {
      add(seen.before, before)
      add(seen.after, after)
    }
    // On a machine that cannot carry them all somebody is late: that costs time, and breaks no promise.
    if (receipt.waitedOut.length > 0) waitedOut++
    if ((number + 1) % 25 === 0) progress(`${number + 1} of ${revocations} revocations, after: ${told(seen.after)}`)
  }
  const now = await instance.ask('traffic')
  if ((seen.after.accepted ?? 0) > 0) broken.push(`${what.verifiers} verifiers: ${seen.after.accepted} accepted`)
  const bytes = (kind) => Math.round((now[kind] - traffic[kind]) / revocations / below)
  return {
    ...what,
    'on the instance': below,
    revocations,
    'p50 ms': round(quantile(took, 0.5)),
    'p95 ms': round(quantile(took, 0.95)),
    'longest ms': round(Math.max(...took)),
    'waited out': waitedOut,
    'bytes pushed': bytes('streams'),
    'bytes acknowledged': bytes('acknowledgements'),
    'checks after': sum(seen.after),
    'accepted after': seen.after.accepted ?? 0,
    'accepted before': seen.before.accepted ?? 0,
    'answered after': told(seen.after),
  }
}

/** SIGSTOP: those above it wait its leases out; what it says when it goes on, and what those below it say, is no yes. */
async function standStill({ instance, parts, broken }, what, stopped, allowance) {
  progress(`remote: ${what} stopped`)
  const [{ id, token }] = await instance.ask('signInApps', [`u_still_${what}`])
  await Promise.all(parts.map((part) => part.ask('watch', token)))
  stopped.signal('SIGSTOP')
  const { resolvedAt, milliseconds } = await instance.ask('revoke', id)
  stopped.signal('SIGCONT')
  const after = {}
  for (const part of parts) add(after, (await part.ask('finish', resolvedAt, 10 * rounds)).after)
  if ((after.accepted ?? 0) > 0) broken.push(`${what} stopped: ${after.accepted} accepted`)
  if (milliseconds > windowMilliseconds + allowance) broken.push(`${what} stopped: the revoke took ${milliseconds} ms`)
  return {
    stopped: what,
    'revoke ms': round(milliseconds),
    'checks after': sum(after),
    'accepted after': after.accepted ?? 0,
    answered: told(after),
  }
}

/** All have leases, and their streams are open. */
async function becomeReady(parts, token, count) {
  for (let attempt = 0; attempt < 120; attempt++) {
    const leases = await Promise.all(parts.map((part) => part.ask('leases', token)))
    if (leases.reduce((total, one) => total + one, 0) === count) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error(`${count} verifiers did not all come to have a lease within a minute`)
}

function launchParts(settings, count) {
  return Promise.all(Array.from({ length: count }, () => launch('./verifiers.js', settings)))
}

/** Those furthest down first: whoever hands leases down waits for them. */
async function endParts(parts, instance) {
  for (const part of parts.toReversed()) await part.end()
  while ((await instance.ask('below')) > 0) await new Promise((resolve) => setTimeout(resolve, 100))
}

function shareOf(count, among, at) {
  return Math.floor(count / among) + (at < count % among ? 1 : 0)
}

function add(counts, more) {
  for (const [answer, count] of Object.entries(more)) counts[answer] = (counts[answer] ?? 0) + count
}

function sum(counts) {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

/** Such as `ended×600`. */
function told(counts) {
  return Object.entries(counts)
    .map(([answer, count]) => `${answer}×${count}`)
    .join(' ')
}
