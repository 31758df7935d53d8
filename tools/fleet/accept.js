// Must show 3: once a revoke has returned, nobody accepts the session: not while all is well, nor where an instance is
// stopped or killed, nor where the store is away.
import { setTimeout as sleep } from 'node:timers/promises'
import { becomeMembers, signInMany, windowMilliseconds, withFleet } from './fleet.js'
import { launch, stamp } from './processes.js'
import { engines } from './stores.js'
import { printTable, progress, quantile, round, verdict } from './table.js'

const promise = 'after a revoke has returned, accepted on no instance'

/**
 * @param {{ engines?: string[], strategies?: string[], revocations: number, checks: number, allowance: number }} plan `allowance`: milliseconds that a busy machine may add to a bound
 */
export async function accept({ engines: chosen = engines, strategies, revocations, checks, allowance }) {
  const broken = []
  const healthy = []
  const troubled = []
  for (const engine of chosen) {
    for (const strategy of strategies) {
      progress(`accept: ${strategy} on ${engine}`)
      const plan = { revocations, checks, allowance, fail: (line) => broken.push(`${strategy} on ${engine}: ${line}`) }
      await withFleet(engine, { count: 3, strategy }, async (fleet) => {
        const scene = await openScene(fleet)
        healthy.push({ store: engine, strategy, ...(await revokeHealthy(scene, plan)) })
        for (const trouble of [stopOne, killOne, stopTheStore]) {
          progress(`accept: ${strategy} on ${engine}, ${trouble.name}`)
          troubled.push(...(await trouble(scene, plan)).map((row) => ({ store: engine, strategy, ...row })))
        }
      })
    }
  }
  printTable('Three instances, all well: checks that began after revoke() had returned', healthy)
  printTable(`In trouble (bound ${windowMilliseconds} ms, and ${allowance} ms for scheduling)`, troubled)
  return verdict('accept', promise, broken)
}

async function openScene({ store, instances, start }) {
  const [checker, load] = await Promise.all([launch('./checker.js', {}), launch('./checker.js', {})])
  const scene = { store, instances, start, checker, load, ports: () => instances.map(({ ready }) => ready.port) }
  await becomeMembers(instances)
  scene.live = await signInMany(instances, 'live', 30)
  scene.liveCookies = scene.live.map(({ cookie }) => cookie)
  return scene
}

/** Revokes at the instances by turns, while checks of the very session go on at all three, and live ones are served. */
async function revokeHealthy({ instances, checker, load, ports, liveCookies }, { revocations, checks, fail }) {
  const sessions = await signInMany(instances, 'gone', revocations)
  await checker.ask('connect', ports(), 2)
  await load.ask('connect', ports(), 1)
  await load.ask('hammer', liveCookies, { pause: 2 })
  const took = []
  const seen = { before: {}, after: {} }
  for (const [number, { id, cookie }] of sessions.entries()) {
    await checker.ask('hammer', [cookie], { warm: 3 })
    const { receipt, resolvedAt, milliseconds } = await instances[number % 3].ask('revoke', id)
    const { before, after } = await checker.ask('finish', resolvedAt, checks)
    took.push(milliseconds)
    add(seen.before, before)
    add(seen.after, after)
    if (receipt.acknowledged.length !== 3) fail(`revocation ${number} waited out ${receipt.waitedOut.length} instances`)
    if ((number + 1) % 50 === 0) progress(`${number + 1} of ${revocations} revocations, after: ${told(seen.after)}`)
  }
  const { before: lived } = await load.ask('finish', stamp(), 0)
  if ((seen.after[200] ?? 0) > 0) fail(`${seen.after[200]} checks accepted a revoked session`)
  if (sum(seen.after) !== (seen.after[401] ?? 0) + (seen.after[200] ?? 0)) fail(`answers: ${told(seen.after)}`)
  if (sum(lived) !== lived[200]) fail(`live sessions were answered ${told(lived)}`)
  return {
    revocations,
    'checks after': sum(seen.after),
    'accepted after': seen.after[200] ?? 0,
    'accepted before': seen.before[200] ?? 0,
    'live checks': sum(lived),
    'live refused': sum(lived) - (lived[200] ?? 0),
    'revoke p50 ms': round(quantile(took, 0.5)),
    'p99 ms': round(quantile(took, 0.99)),
    'longest ms': round(Math.max(...took)),
  }
}

/** SIGSTOP: it cannot know, and cannot believe either when it wakes. */
async function stopOne(scene, { allowance, fail }) {
  const { instances, checker, ports, liveCookies } = scene
  const stopped = instances[2]
  const [gone] = await signInMany(instances, 'stopped', 1)
  await checker.ask('connect', ports(), 8)
  await warm(checker, [gone.cookie])
  const incarnation = await stopped.ask('incarnation')

  stopped.signal('SIGSTOP')
  const { receipt, resolvedAt, milliseconds } = await instances[0].ask('revoke', gone.id)
  // Asked after the revoke, answered with what it remembers the moment it wakes.
  const asked = checker.ask('once', gone.cookie, [2])
  await sleep(200)
  stopped.signal('SIGCONT')
  const first = (await asked).filter(({ began }) => began > resolvedAt)
  await checker.ask('hammer', [gone.cookie], {})
  const { after } = await checker.ask('finish', resolvedAt, 600)
  for (const { status } of first) add(after, { [status]: 1 })
  const lived = await livesOn(checker, liveCookies)

  if (receipt.waitedOut.join() !== incarnation) fail(`stopped: waited out ${receipt.waitedOut.join()}`)
  if (milliseconds > windowMilliseconds + allowance) fail(`stopped: the revoke took ${milliseconds} ms`)
  if (first.length !== 8 || first.some(({ status }) => status !== 401)) {
    fail(`stopped: first answers ${first.map(({ status }) => status).join()}`)
  }
  if (sum(after) !== after[401]) fail(`stopped: answers ${told(after)}`)
  if (sum(lived) !== lived[200]) fail(`stopped: live sessions were answered ${told(lived)}`)
  return [troubleRow('one instance stopped', milliseconds, receipt, after, lived)]
}

/** kill -9: waited out once, and forgotten afterwards; it comes back as somebody else. */
async function killOne(scene, { allowance, fail }) {
  const { instances, checker, start, ports, liveCookies } = scene
  const [gone, later] = await signInMany(instances, 'killed', 2)
  await checker.ask('connect', ports(), 2)
  await warm(checker, [gone.cookie, later.cookie])
  const incarnation = await instances[1].ask('incarnation')

  await instances[1].end()
  const first = await instances[0].ask('revoke', gone.id)
  instances[1] = await start()
  await checker.ask('connect', ports(), 2)
  await checker.ask('hammer', [gone.cookie], {})
  const { after } = await checker.ask('finish', first.resolvedAt, 600)
  await instances[1].ask('keep', liveCookies[0])
  const lived = await livesOn(checker, liveCookies)
  await sleep(windowMilliseconds + 500)
  const second = await instances[2].ask('revoke', later.id)

  if (first.receipt.waitedOut.join() !== incarnation) fail(`killed: waited out ${first.receipt.waitedOut.join()}`)
  if (first.milliseconds > windowMilliseconds + allowance) fail(`killed: the revoke took ${first.milliseconds} ms`)
  if (sum(after) !== after[401]) fail(`killed: answers ${told(after)}`)
  if (sum(lived) !== lived[200]) fail(`killed: live sessions were answered ${told(lived)}`)
  if (second.receipt.waitedOut.length > 0) fail(`killed: waited out again, ${second.receipt.waitedOut.join()}`)
  return [
    troubleRow('one instance killed', first.milliseconds, first.receipt, after, lived),
    troubleRow('  and retired', second.milliseconds, second.receipt, {}, {}),
  ]
}

/** The store answers nobody for longer than a lease: instances say 503, or what the store still tells; never yes. */
async function stopTheStore(scene, { fail }) {
  const { store, instances, checker, load, ports, liveCookies } = scene
  const [gone] = await signInMany(instances, 'away', 1)
  await checker.ask('connect', ports(), 2)
  await load.ask('connect', ports(), 1)
  await warm(checker, [gone.cookie])
  await warm(load, liveCookies, 20)
  const { receipt, resolvedAt, milliseconds } = await instances[1].ask('revoke', gone.id)

  await store.pause()
  const pausedAt = stamp()
  await checker.ask('hammer', [gone.cookie], { pause: 5 })
  await load.ask('hammer', liveCookies, { pause: 5 })
  await sleep(7000)
  const leasesOver = pausedAt + windowMilliseconds * 1e6
  const { after: away } = await load.ask('finish', leasesOver, 0)
  await store.resume()
  const resumedAt = stamp()
  const recovery = await recovered(load, liveCookies)
  const { after } = await checker.ask('finish', resolvedAt, 200)

  if ((after[200] ?? 0) > 0) fail(`store away: ${after[200]} checks accepted a revoked session`)
  if (store.engine !== 'sqlite' && ((away[200] ?? 0) > 0 || (away[503] ?? 0) === 0)) {
    fail(`store away: live sessions were answered ${told(away)} after their leases`)
  }
  if ((away[401] ?? 0) > 0) fail(`store away: live sessions were refused, ${told(away)}`)
  if (recovery === null) fail('store away: no recovery within 10 s')
  const row = troubleRow('store away for 7 s', milliseconds, receipt, after, away)
  return [{ ...row, note: `recovered in ${recovery === null ? '–' : Math.round((recovery - resumedAt) / 1e6)} ms` }]
}

/** When every one of a round of live checks was a yes again; null where that did not come. */
async function recovered(load, cookies) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const again = await livesOn(load, cookies)
    if (sum(again) === again[200]) return stamp()
    await sleep(100)
  }
  return null
}

async function warm(checker, cookies, times = 5) {
  await checker.ask('hammer', cookies, { warm: times * cookies.length })
  await checker.ask('finish', stamp(), 0)
}

async function livesOn(checker, cookies) {
  const since = stamp()
  await checker.ask('hammer', cookies, {})
  return (await checker.ask('finish', since, 300)).after
}

function troubleRow(trouble, milliseconds, { acknowledged, waitedOut }, after, lived) {
  return {
    trouble,
    'revoke ms': round(milliseconds),
    acknowledged: acknowledged.length,
    'waited out': waitedOut.length,
    'checks after': sum(after),
    'accepted after': after[200] ?? 0,
    'revoked answered': told(after),
    'live answered': told(lived),
    note: '',
  }
}

function add(counts, more) {
  for (const [status, count] of Object.entries(more)) counts[status] = (counts[status] ?? 0) + count
}

function sum(counts) {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

/** Such as `401×600`. */
function told(counts) {
  return Object.entries(counts)
    .map(([status, count]) => `${status}×${count}`)
    .join(' ')
}
