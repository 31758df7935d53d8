// Weighs what an instance remembers, in a process of its own.
import { randomBytes } from 'node:crypto'
import { hallpass } from 'hallpass'
import { memory } from 'hallpass/memory'
import { signedIn } from 'hallpass/testing'
import { View } from '../../packages/hallpass/dist/cluster/view.js'
import { SessionCache } from '../../packages/hallpass/dist/sessions/session-cache.js'
import { answerQuestions } from './processes.js'

const issuer = 'https://app.example'
const secret = randomBytes(48).toString('base64')
const randomText = (bytes) => randomBytes(bytes).toString('base64url')
const sessionId = () => `${randomBytes(1).toString('hex')}${randomText(16)}`
const none = { subjectVersion: 0, subjectChanges: 0, deploymentVersion: 0 }

let requests = null

answerQuestions({
  endedSessions(count) {
    const { view } = emptyView()
    return weighed(
      'ended sessions in the view',
      count,
      () => endMany(view, count),
      () => view.size,
    )
  },
  async cachedSessions(count) {
    const template = await realRecord()
    const { cache } = emptyCache(count)
    return weighed(
      'sessions in the cache',
      count,
      () => cacheMany(cache, template, count),
      () => cache.size,
    )
  },
  judging(count) {
    const empty = emptyView().view
    const full = emptyView().view
    endMany(full, count)
    const tokens = Array.from({ length: 1024 }, tokenFacts)
    const judge = (view) => () => {
      let accepted = 0
      for (let time = 0; time < 1_000_000; time++) if (view.judge(tokens[time & 1023]) === null) accepted++
      if (accepted !== 1_000_000) throw new Error('a live token was refused')
      return 1_000_000
    }
    return byTurns(judge(empty), judge(full))
  },
  /** An instance whose log has so many ended sessions, and which answers a thousand live ones from memory. */
  async prepareRequests(strategy, ended) {
    const store = memory()
    for (let done = 0; done < ended; done++) await store.log.append(endOfASession())
    const auth = hallpass({ issuer, secret, store, strategy, lifetimes: { accessToken: 900 } })
    const views = []
    for (let number = 0; number < 1000; number++) {
      const { client } = await signedIn(auth, `u_${number}`)
      views.push(client.view('GET', '/me'))
    }
    requests = { auth, views }
  },
  /** What one warm check took of a processor, in nanoseconds, on the average of a slice. */
  async checkRequests() {
    const { auth, views } = requests
    // It may have been a while since the last slice: first they are all warm again.
    while ((await checked(auth, views, 1000)) > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const before = process.cpuUsage()
    const times = 20_000
    const asked = await checked(auth, views, times)
    const { user, system } = process.cpuUsage(before)
    // Where the machine was so busy that the lease ran out meanwhile, it was no slice of warm checks.
    return asked > 0 ? null : ((user + system) * 1000) / times
  },
  async hitting(count) {
    const template = await realRecord()
    const caches = [1000, count].map((size) => {
      const { cache } = emptyCache(count)
      return { cache, ids: cacheMany(cache, template, size) }
    })
    const hit =
      ({ cache, ids }) =>
      () => {
        for (let time = 0, at = 0; time < 1_000_000; time++, at = (at + 7919) % ids.length) {
          if (cache.get(ids[at]) === undefined) throw new Error('a cached session was not there')
        }
        return 1_000_000
      }
    return byTurns(hit(caches[0]), hit(caches[1]))
  },
})

function emptyView() {
  const view = new View()
  const identity = randomText(16)
  view.restart({ identity, start: { sequence: 0, id: identity }, entries: [] }, 0)
  return { view }
}

function emptyCache(limit) {
  const { view } = emptyView()
  return { cache: new SessionCache({ view, runtime: { monotonic: () => 0 }, lease: 1950, limit }) }
}

/** Entries as they come from a store, as texts; in batches, as they come in renewals. */
function endMany(view, count) {
  for (let done = 0; done < count; done += 1000) {
    const entries = []
    let { sequence, id: previous } = view.position
    for (let at = done; at < Math.min(count, done + 1000); at++) {
      const entry = { ...endOfASession(), sequence: ++sequence, previous }
      previous = entry.id
      entries.push(JSON.parse(JSON.stringify(entry)))
    }
    view.apply(entries, sequence)
  }
}

function endOfASession() {
  return { id: randomText(16), kind: 'session', target: sessionId(), counter: null, kept: null, because: 'revoked' }
}

/** What a token says, of a session and a subject of its own. */
function tokenFacts() {
  const counters = { generation: 0, subjectVersion: 0, deploymentVersion: 0, subjectChanges: 0, sessionChanges: 0 }
  return { session: sessionId(), subject: `u_${randomText(6)}`, tokenId: randomText(16), ...counters }
}

/** Fills the cache with sessions of a subject each, their records as they come from a store. Answers their ids. */
function cacheMany(cache, template, count) {
  return Array.from({ length: count }, (_, number) => {
    const id = sessionId()
    const fresh = {
      id,
      subject: `u_${number}`,
      secretHash: randomText(32),
      chainSecret: randomText(template.chainSecret.length * 0.75),
    }
    const record = JSON.parse(JSON.stringify({ ...template, ...fresh }))
    cache.fill(cache.begin(), { record, versions: { ...none } }).token = `hp_s.${record.id}.${randomText(32)}`
    return record.id
  })
}

/** The record of a session that was signed in, with data as applications keep. */
async function realRecord() {
  const store = memory()
  const auth = hallpass({ issuer, secret, store, nameDevice: () => 'Firefox on Linux' })
  const { session } = await signedIn(auth, 'u_1', { amr: ['pwd', 'otp'] })
  await auth.sessions.update(session.id, () => ({ theme: 'dark', cart: [4711, 4712], locale: 'en-GB' }))
  const { record } = await store.sessions.find(session.id)
  await auth.close()
  return record
}

/** How many of so many checks were not answered from memory. */
async function checked(auth, views, times) {
  const before = auth.figures().fromMemory
  for (let time = 0; time < times; time++) await auth.authenticate(views[time % views.length])
  return times - (auth.figures().fromMemory - before)
}

function weighed(what, count, fill, size) {
  const before = heap()
  fill()
  const bytes = heap() - before
  if (size() !== count) throw new Error(`${size()} of ${count}`)
  return { what, count, 'bytes each': Math.round(bytes / count), 'MiB in all': Math.round(bytes / 2 ** 20) }
}

function heap() {
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Nanoseconds of one, by turns in this process; the first slices warm the compiler up. */
function byTurns(few, many, slices = 15) {
  const took = [[], []]
  for (let slice = -3; slice < slices; slice++) {
    for (const [at, run] of [few, many].entries()) {
      const began = performance.now()
      const times = run()
      if (slice >= 0) took[at].push(((performance.now() - began) * 1e6) / times)
    }
  }
  return took
}
