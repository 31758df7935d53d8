import assert from 'node:assert/strict'
import type { Hallpass, HallpassOptions } from '../api.js'
import type { HallpassError } from '../core/errors.js'
import { manualClock } from './manual-clock.js'
import { signedIn, signedInApp, type SignedIn } from './signed-in.js'
import { testBrowser } from './test-client.js'

/** Opens Hallpass under the strategy in question; the contract adds what each promise needs. */
export type OpenHallpass = (options: Pick<HallpassOptions, 'runtime' | 'claims' | 'lifetimes'>) => Hallpass

/** What every way to carry a session promises, whichever it is. */
export const strategyContract: readonly (readonly [promise: string, check: (open: OpenHallpass) => Promise<void>])[] = [
  [
    'a browser that signed in is signed in',
    async (open) => {
      const auth = open({})
      const { client, session, tokens } = await signedIn(auth, 'u_1')
      assert.equal(tokens, null, 'a browser is given cookies, never tokens')
      const standing = await auth.authenticate(client.view('GET', '/'))
      assert.equal(standing.session?.id, session.id)
      assert.equal(standing.carriedBy, 'cookie')
    },
  ],
  [
    'a native client that signed in is signed in by its bearer token, and is set no cookie',
    async (open) => {
      const auth = open({})
      const { client, session, tokens } = await signedInApp(auth, 'u_1')
      assert.equal(client.cookies.size, 0)
      const standing = await auth.authenticate(client.view('GET', '/', bearer(tokens)))
      assert.equal(standing.session?.id, session.id)
    },
  ],
  [
    'nobody is signed in without a credential',
    async (open) => {
      const auth = open({})
      const standing = await auth.authenticate(testBrowser(auth.policy.issuer).view('GET', '/'))
      assert.deepEqual([standing.session, standing.refusal], [null, 'session-required'])
    },
  ],
  [
    'after a sign-out nothing that was handed out is believed',
    async (open) => {
      const auth = open({})
      const person = await signedIn(auth, 'u_1')
      await assertLive(auth, person)
      const before = new Map(person.client.cookies)
      const { patch, receipt } = await auth.signOut(person.client.view('POST', '/auth/sign-out'))
      assert.equal(receipt?.target, person.session.id)
      person.client.receive(patch)
      assert.equal(person.client.cookies.size, 0, 'every cookie of ours is expired')
      for (const [name, cookie] of before) person.client.cookies.set(name, cookie)
      await assertRefused(auth, person, 'ended')
    },
  ],
  [
    'a revoked session is refused on its next use, every other goes on',
    async (open) => {
      const auth = open({})
      const [one, other] = [await signedIn(auth, 'u_1'), await signedIn(auth, 'u_1')]
      await assertLive(auth, one)
      const receipt = await auth.sessions.revoke(one.session.id)
      assert.equal(receipt.complete, true)
      await assertRefused(auth, one, 'ended')
      await assertLive(auth, other)
    },
  ],
  [
    'revoking a subject ends all of its sessions and nobody else’s, and a sign-in under way',
    async (open) => {
      const auth = open({})
      const [one, other, stranger] = [
        await signedIn(auth, 'u_1'),
        await signedIn(auth, 'u_1'),
        await signedIn(auth, 'u_2'),
      ]
      await assertLive(auth, one)
      const begun = await auth.begin('u_1')
      await auth.sessions.revokeAll('u_1')
      await assertRefused(auth, one, 'ended')
      await assertRefused(auth, other, 'ended')
      await assertLive(auth, stranger)
      await assert.rejects(signedIn(auth, 'u_1', { begun }), hasCode('superseded'))
      await assertLive(auth, await signedIn(auth, 'u_1'))
    },
  ],
  [
    'ending all others keeps the current session, which gets fresh credentials in the same answer',
    async (open) => {
      const auth = open({})
      const [kept, other] = [await signedIn(auth, 'u_1'), await signedIn(auth, 'u_1')]
      await assertLive(auth, other)
      const { issued, receipt } = await auth.revokeAll(kept.client.view('POST', '/auth/sessions/revoke-all'), {
        keepCurrent: true,
      })
      assert.equal(receipt.kept, kept.session.id)
      kept.client.receive(issued!.patch)
      await assertLive(auth, kept)
      await assertRefused(auth, other, 'ended')
    },
  ],
  [
    'a step-up keeps the id, replaces the secrets, and what was handed out before is refused',
    async (open) => {
      const clock = manualClock()
      const auth = open({ runtime: clock })
      const person = await signedIn(auth, 'u_1', { amr: ['pwd'] })
      const before = new Map(person.client.cookies)
      clock.advance(5000)
      const stepped = await auth.stepUp(person.client.view('POST', '/auth/step-up'), { amr: ['otp'] })
      person.client.receive(stepped.patch)
      assert.equal(stepped.session.id, person.session.id)
      assert.deepEqual(stepped.session.amr, ['pwd', 'otp'])
      assert.equal(stepped.session.authenticatedAt, clock.now())
      await assertLive(auth, person)
      for (const [name, cookie] of before) person.client.cookies.set(name, cookie)
      const { session } = await auth.authenticate(person.client.view('GET', '/'))
      assert.equal(session, null)
    },
  ],
  [
    'a role change makes what tokens say stale at once, and one refresh puts it right',
    async (open) => {
      let role = 'reader'
      const auth = open({ claims: () => ({ role }) })
      const person = await signedIn(auth, 'u_1')
      role = 'editor'
      await auth.subjects.changed('u_1')
      const standing = await auth.authenticate(person.client.view('GET', '/'))
      if (standing.session === null) assert.equal(standing.refusal, 'stale')
      const refreshed = await auth.refresh(person.client.view('POST', '/auth/refresh'))
      person.client.receive(refreshed.patch)
      await assertLive(auth, person)
    },
  ],
  [
    'no activity extends a session beyond its absolute lifetime',
    async (open) => {
      const clock = manualClock()
      const auth = open({ runtime: clock, lifetimes: { idle: 600, absolute: 3600, accessToken: 300 } })
      const person = await signedIn(auth, 'u_1')
      for (let minute = 0; minute < 59; minute++) {
        clock.advance(60_000)
        const refreshed = await auth.refresh(person.client.view('POST', '/auth/refresh')).catch(() => null)
        if (refreshed !== null) person.client.receive(refreshed.patch)
      }
      await auth.authenticate(person.client.view('GET', '/'))
      clock.advance(60_000)
      await assert.rejects(auth.refresh(person.client.view('POST', '/auth/refresh')))
      assert.equal((await auth.authenticate(person.client.view('GET', '/'))).session, null)
    },
  ],
  [
    'a session nobody uses ends when its idle lifetime is over',
    async (open) => {
      const clock = manualClock()
      const auth = open({ runtime: clock, lifetimes: { idle: 600, absolute: 3600 } })
      const person = await signedIn(auth, 'u_1')
      await assertLive(auth, person)
      clock.advance(601_000)
      assert.equal((await auth.authenticate(person.client.view('GET', '/'))).session, null)
      await assert.rejects(auth.refresh(person.client.view('POST', '/auth/refresh')))
    },
  ],
  [
    'an unsafe request that a cookie carries from elsewhere is nobody’s',
    async (open) => {
      const auth = open({})
      const person = await signedIn(auth, 'u_1')
      const forged = { headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } }
      const standing = await auth.authenticate(person.client.view('POST', '/transfer', forged))
      assert.deepEqual([standing.session, standing.refusal], [null, 'csrf-refused'])
      await assert.rejects(auth.refresh(person.client.view('POST', '/auth/refresh', forged)), hasCode('csrf-refused'))
      await assert.rejects(auth.signOut(person.client.view('POST', '/auth/sign-out', forged)), hasCode('csrf-refused'))
      await assertLive(auth, person)
    },
  ],
  [
    'an anonymous session carries data, and signing in gives it a new id, a new secret and what merge takes over',
    async (open) => {
      const auth = open({})
      const client = testBrowser(auth.policy.issuer)
      const begun = await auth.update(client.view('POST', '/basket'), () => ({ basket: ['tea'] }))
      client.receive(begun.patch)
      const anonymous = await auth.authenticate(client.view('GET', '/'))
      assert.deepEqual([anonymous.session, anonymous.visitor?.data], [null, { basket: ['tea'] }])
      const before = new Map(client.cookies)
      const issued = await auth.signIn(client.view('POST', '/sign-in'), 'u_1', { merge: (data) => data })
      client.receive(issued.patch)
      assert.notEqual(issued.session.id, begun.visitor!.id)
      assert.deepEqual(issued.session.data, { basket: ['tea'] })
      client.cookies.clear()
      for (const [name, cookie] of before) client.cookies.set(name, cookie)
      assert.equal((await auth.authenticate(client.view('GET', '/'))).visitor, null)
    },
  ],
]

/** The next request is believed. */
export async function assertLive(auth: Hallpass, person: SignedIn): Promise<void> {
  const standing = await auth.authenticate(person.client.view('GET', '/'))
  assert.equal(standing.session?.id, person.session.id, `refused: ${standing.refusal}`)
}

/** Neither the request nor a refresh is believed, and the request says why. */
export async function assertRefused(auth: Hallpass, person: SignedIn, code: HallpassError['code']): Promise<void> {
  const standing = await auth.authenticate(person.client.view('GET', '/'))
  assert.deepEqual([standing.session, standing.refusal], [null, code])
  await assert.rejects(auth.refresh(person.client.view('POST', '/auth/refresh')), hasCode(code))
}

function bearer(tokens: { readonly accessToken?: string; readonly sessionToken?: string }): {
  headers: { authorization: string }
} {
  return { headers: { authorization: `Bearer ${tokens.accessToken ?? tokens.sessionToken}` } }
}

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => (error as HallpassError).code === code
}
