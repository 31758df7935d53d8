import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { HallpassError } from 'hallpass'
import { memory } from 'hallpass/memory'
import { manualClock, type ManualClock } from 'hallpass/testing'
import { createVerifier, type Verifier } from 'hallpass/verify'
import type { LogFeed, LogStore } from '#src/core/store.js'
import type { EntryKind, NewEntry } from '#src/core/log.js'
import { entry, settled } from '../cluster/fixture.js'
import { audience, codeOf, Forge, issuedAt, issuer, payload, sessionPayload, startedAt } from './issue.js'

const forge = new Forge('EdDSA')
const ofSession = (claims: object = {}): string => forge.token(undefined, { ...sessionPayload, ...claims })

interface Scene {
  readonly clock: ManualClock
  readonly log: LogStore
  readonly verifier: Verifier
  /** An entry of the log; it has been pushed when this resolves. */
  append(kind: EntryKind, target: string | null, differences?: Partial<NewEntry>): Promise<void>
  judged(token?: string): Promise<string>
}

/** A verifier on a log in memory, on a clock that stands still. `between` stands between the two. */
function scene(between: (log: LogStore) => LogFeed = (log) => log, jwks: readonly Forge[] = [forge]): Scene {
  const clock = manualClock(startedAt)
  const { log } = memory()
  const keys = jwks.map(({ publicJwk }) => publicJwk)
  const verifier = createVerifier({ issuer, audience, jwks: { keys }, log: between(log), clock })
  return {
    ...{ clock, log, verifier },
    async append(kind, target, differences = {}) {
      await log.append(entry(kind, target, differences))
      await settled()
    },
    judged: async (token = ofSession()) => codeOf(await verifier.verify(token)),
  }
}

const anotherMember = { incarnation: 'another', mark: 'm', renewal: 1, lease: 2000, lastKnownGood: 0 }

/** The lease runs out, and nobody renews it. */
const leaseOver = 2000

describe('a verifier with a log', () => {
  test('asks for a lease at the first token, knows revocations, and answers at once from then on', async () => {
    const { verifier, log } = scene()
    const first = await verifier.verify(ofSession())
    assert.ok(first.ok && first.knows === 'revocations')
    assert.equal(verifier.verify(ofSession()), first)
    assert.equal((await log.members()).length, 1)
    assert.equal(verifier.status()[0]?.lease?.valid, true)
  })

  const against: { readonly [name: string]: readonly [code: string, ...Parameters<Scene['append']>] } = {
    'its session ended': ['ended', 'session', 's_1', { because: 'signed-out' }],
    'its secret was replaced': ['ended', 'session', 's_1', { counter: 1 }],
    'its subject was signed out everywhere': ['ended', 'subject', 'u_42', { counter: 1 }],
    'everybody was signed out': ['ended', 'everything', null, { counter: 1 }],
    'it was revoked by itself': ['ended', 'token', 't_1'],
    'its subject changed': ['stale', 'changed', 'u_42', { counter: 1 }],
    'its session alone was kept': ['stale', 'subject', 'u_42', { counter: 1, kept: 's_1' }],
    'its key was revoked': ['invalid', 'key', 'key-of-EdDSA'],
    'another session ended': ['ok', 'session', 's_2', { because: 'revoked' }],
    "another's subject changed": ['ok', 'changed', 'u_1', { counter: 9 }],
    'another token was revoked': ['ok', 'token', 't_2'],
    'another key was revoked': ['ok', 'key', 'k_2'],
    'the key ring changed': ['ok', 'key', null],
  }
  for (const [name, [code, ...news]] of Object.entries(against)) {
    test(`${name}: ${code}, whether it was met before or not`, async () => {
      const { append, judged } = scene()
      assert.equal(await judged(), 'ok')
      await append(...news)
      assert.equal(await judged(), code)
      // the same token in another spelling of its payload was never met
      assert.equal(await judged(ofSession({ unmet: true })), code)
    })
  }

  test('newcomers hear of what happened before', async () => {
    const { append, judged } = scene()
    await append('session', 's_1', { because: 'revoked' })
    assert.equal(await judged(), 'ended')
  })

  test('a token without a session is asked about by its id alone', async () => {
    const { append, judged } = scene()
    const service = forge.token()
    assert.equal(await judged(service), 'ok')
    await append('subject', 'u_42', { counter: 1 })
    await append('everything', null, { counter: 1 })
    assert.equal(await judged(service), 'ok')
    await append('token', 't_1')
    assert.equal(await judged(service), 'ended')
  })

  test('of a token that carries a session but no counters, the end of its session is known', async () => {
    const { append, judged } = scene()
    const upstream = forge.token(undefined, { ...payload, sid: 's_1' })
    await append('subject', 'u_42', { counter: 1 })
    await append('changed', 'u_42', { counter: 1 })
    assert.equal(await judged(upstream), 'ok')
    await append('session', 's_1', { because: 'revoked' })
    assert.equal(await judged(upstream), 'ended')
  })

  test('a counter that is none, or no jti, is nothing that could be asked about', async () => {
    const { judged } = scene()
    for (const gen of ['0', -1, 0.5, null, {}]) assert.equal(await judged(ofSession({ gen })), 'invalid')
    const { log } = memory()
    const clock = manualClock(startedAt)
    const jwks = { keys: [forge.publicJwk] }
    const verifier = createVerifier({ issuer, audience, jwks, log, clock, typ: 'JWT' })
    const header = { ...forge.header, typ: 'JWT' }
    const { jti: _, ...nameless } = payload
    assert.equal(codeOf(await verifier.verify(forge.token(header, nameless))), 'invalid')
    assert.equal(codeOf(await verifier.verify(forge.token(header))), 'ok')
  })

  test('a key that was revoked is never believed again, though the set still has it', async () => {
    const other = new Forge('EdDSA', { kid: 'other' })
    const { append, judged, clock } = scene(undefined, [forge, other])
    assert.deepEqual([await judged(), await judged(other.token())], ['ok', 'ok'])
    await append('key', 'key-of-EdDSA')
    for (let minute = 0; minute < 5; minute++) {
      assert.deepEqual([await judged(), await judged(other.token())], ['invalid', 'ok'])
      clock.advance(60_000 - 1)
      await settled()
    }
  })

  test('without a lease it asks once, and answers no more than that nobody can say', async () => {
    let isCut = false
    const { judged, clock, verifier, append } = scene((log) => ({
      ...log,
      renew: (...how) => (isCut ? Promise.reject(new HallpassError('store-unavailable')) : log.renew(...how)),
      subscribe: (heard) => log.subscribe((hint) => void (isCut || heard(hint))),
    }))
    assert.equal(await judged(), 'ok')
    isCut = true
    await append('session', 's_1', { because: 'revoked' })
    // still within the lease: that is what a revoker waits out
    assert.equal(await judged(), 'ok')
    clock.advance(leaseOver)
    await settled()
    assert.equal(verifier.status()[0]?.lease?.valid, false)
    assert.deepEqual([await judged(), await judged(ofSession({ unmet: true }))], ['log-unavailable', 'log-unavailable'])
    // what is wrong by itself needs no log to be refused
    assert.equal(await judged(ofSession({ aud: 'x' })), 'invalid')
    isCut = false
    assert.equal(await judged(), 'ended')
  })

  test('a log that gives no answer is waited for no longer than 2 s', async () => {
    const { verifier, clock } = scene((log) => ({ ...log, renew: () => new Promise(() => undefined) }))
    const verdict = verifier.verify(ofSession())
    await settled()
    clock.advance(2000)
    assert.equal(codeOf(await verdict), 'log-unavailable')
  })

  test('a wall clock that was set forwards, or backwards, ends the lease', async () => {
    for (const wall of [startedAt + 60_000, startedAt - 1]) {
      let renewals = 0
      const { judged, clock } = scene((log) => ({
        ...log,
        renew: (...how) => (renewals++, log.renew(...how)),
      }))
      assert.equal(await judged(), 'ok')
      const before = renewals
      clock.set(wall)
      await judged()
      assert.equal(renewals, before + 1)
    }
  })

  test('a log of another issuer gives no lease', async () => {
    const { log } = memory()
    const clock = manualClock(startedAt)
    const jwks = { keys: [forge.publicJwk] }
    const other = createVerifier({ issuer: 'https://other.example', audience, jwks, log, clock })
    await other.verify(forge.token(undefined, { ...payload, iss: 'https://other.example' }))
    const verifier = createVerifier({ issuer, audience, jwks, log, clock })
    const told: string[] = []
    verifier.on('lease-refused', ({ deployment }) => told.push(deployment))
    assert.equal(codeOf(await verifier.verify(ofSession())), 'log-unavailable')
    assert.deepEqual(told, ['https://other.example'])
  })

  test('after the log forgot, tokens issued before that cannot be judged; those of afterwards can', async () => {
    let log: LogStore = memory().log
    const forwarded = (): LogFeed => ({
      mayForget: true,
      renew: (...how) => log.renew(...how),
      acknowledge: (...how) => log.acknowledge(...how),
      retire: (...how) => log.retire(...how),
      subscribe: () => () => undefined,
    })
    const { verifier, judged, clock } = scene(forwarded)
    const told: string[] = []
    verifier.on('log-forgot', ({ type }) => told.push(type))
    assert.equal(await judged(), 'ok')
    log = memory().log
    clock.advance(1000)
    await settled()
    assert.deepEqual(told, ['log-forgot'])
    assert.equal(verifier.status()[0]?.lease?.valid, true)
    assert.equal(await judged(), 'log-unavailable')
    clock.advance(1000)
    const at = issuedAt + 2
    assert.equal(await judged(ofSession({ iat: at, exp: at + 300 })), 'ok')
  })

  test('closing leaves the log, and whoever asks afterwards is told that nobody can say', async () => {
    const { verifier, log, judged } = scene()
    assert.equal(await judged(), 'ok')
    await verifier.close()
    assert.deepEqual(await log.members(), [])
    assert.equal(await judged(), 'log-unavailable')
  })

  test('with several issuers, each is asked about in its own log', async () => {
    const other = 'https://other.example'
    const foreign = new Forge('ES256')
    const [log, otherLog] = [memory().log, memory().log]
    const clock = manualClock(startedAt)
    const verifier = createVerifier({
      issuer: [
        { issuer, jwks: { keys: [forge.publicJwk] }, log },
        { issuer: other, jwks: { keys: [foreign.publicJwk] }, log: otherLog },
      ],
      ...{ audience, clock },
    })
    const [ours, theirs] = [ofSession(), foreign.token(undefined, { ...sessionPayload, iss: other })]
    const judged = async (): Promise<string[]> => [
      codeOf(await verifier.verify(ours)),
      codeOf(await verifier.verify(theirs)),
    ]
    assert.deepEqual(await judged(), ['ok', 'ok'])
    await log.append(entry('everything', null, { counter: 1 }))
    await settled()
    assert.deepEqual(await judged(), ['ended', 'ok'])
    assert.equal(verifier.feed, null)
  })

  describe('whose keys are remote', () => {
    const scenePublished = (): Pick<Scene, 'clock' | 'log' | 'append' | 'judged'> & {
      readonly requests: () => number
    } => {
      const clock = manualClock(startedAt)
      const { log } = memory()
      let requests = 0
      const fetch = async (): Promise<Response> => {
        requests++
        const headers = { 'cache-control': 'max-age=3600' }
        return new Response(JSON.stringify({ keys: [forge.publicJwk] }), { headers })
      }
      const jwks = 'https://keys.example/jwks.json'
      const verifier = createVerifier({ issuer, audience, jwks, log, clock, fetch, maximumLifetime: 86_400 })
      return {
        ...{ clock, log, requests: () => requests },
        async append(kind, target) {
          await log.append(entry(kind, target))
          await settled()
        },
        judged: async () => codeOf(await verifier.verify(ofSession({ exp: issuedAt + 80_000 }))),
      }
    }

    test('reads them again soon after the log told of a change, and serves the old ones meanwhile', async () => {
      const { clock, append, judged, requests } = scenePublished()
      assert.equal(await judged(), 'ok')
      await append('key', null)
      assert.deepEqual([await judged(), requests()], ['ok', 1])
      clock.advance(5000)
      assert.equal(await judged(), 'ok')
      await settled()
      assert.deepEqual([await judged(), requests()], ['ok', 2])
    })

    test('are not read again for what the log tells of sessions', async () => {
      const { clock, append, judged, requests } = scenePublished()
      assert.equal(await judged(), 'ok')
      await append('session', 's_other')
      clock.advance(5000)
      assert.equal(await judged(), 'ok')
      await settled()
      assert.deepEqual([await judged(), requests()], ['ok', 1])
    })

    test('believes none that were read before it lost the thread of the log', async () => {
      const { clock, log, append, judged, requests } = scenePublished()
      assert.equal(await judged(), 'ok')
      for (let second = 0; second < 90; second++) {
        clock.advance(1000)
        await settled()
      }
      assert.deepEqual(await log.members(), [], 'it is idle, and has left')
      // meanwhile a key may have been revoked: the entry would be gone with these
      await append('token', 'x')
      await append('token', 'y')
      const { entries } = await log.renew(anotherMember, { deployment: issuer, protocol: 1, retention: 1 }, null)
      const { sequence, id } = entries.at(-1)!
      await log.truncate({ sequence, id })
      assert.deepEqual([await judged(), requests()], ['ok', 2])
    })
  })
})
