import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hallpass, HallpassOptions } from 'hallpass'
import { memory } from 'hallpass/memory'
import { strategyContract } from 'hallpass/testing'
import { openAuth } from '../open-auth.js'

const receipt = { ended: 'session', target: null, kept: null, at: 0 } as const
const empty = { ...receipt, acknowledged: [], waitedOut: [], tookMilliseconds: 0, complete: true, completeAt: null }

/** Each leaves out one thing that session systems in the wild leave out. */
const saboteurs: { readonly [name: string]: (auth: Hallpass) => Partial<Hallpass> } = {
  'sign-out only clears the cookies': (auth) => ({
    signOut: async (request) => {
      const { patch } = await openAuth().auth.signOut(request)
      return { receipt: { ...empty, target: (await auth.read(request)).session?.id ?? null }, patch }
    },
  }),
  'a revoked session goes on': (auth) => ({ sessions: { ...auth.sessions, revoke: async () => empty } }),
  '"log out everywhere" ends one session': (auth) => ({
    sessions: {
      ...auth.sessions,
      async revokeAll(subject) {
        const [newest] = await auth.sessions.list(subject)
        return newest === undefined ? empty : auth.sessions.revoke(newest.id)
      },
    },
  }),
  'a sign-in under way survives "log out everywhere"': (auth) => ({
    signIn: async (request, subject, options) =>
      auth.signIn(request, subject, { ...options, begun: await auth.begin(subject) }),
  }),
  'ending all others forgets to keep the current one': (auth) => ({
    async revokeAll(request, options) {
      const { session } = await auth.read(request)
      const done = await auth.revokeAll(request, options)
      await auth.sessions.revoke(session!.id)
      return done
    },
  }),
  'a step-up keeps the old secrets': (auth) => ({
    stepUp: async (request) => ({ ...(await auth.refresh(request)), receipt: null }),
  }),
  'everybody is let in from everywhere': (auth) => ({
    authenticate: (request) => auth.authenticate({ ...request, method: 'GET', header: (name) => request.header(name) }),
  }),
  'an expired session is answered from a cache that never looks at the clock': (auth) => {
    const seen = new Map<string | null, Awaited<ReturnType<Hallpass['authenticate']>>>()
    return {
      async authenticate(request) {
        const cached = seen.get(request.header('cookie'))
        const answer = cached ?? (await auth.authenticate(request))
        if (answer.session !== null) seen.set(request.header('cookie'), answer)
        return answer
      },
    }
  },
  'signing in adopts the session that was there': (auth) => ({
    async signIn(request, subject, options) {
      const { visitor } = await auth.read(request)
      const issued = await auth.signIn(request, subject, options)
      return visitor === null ? issued : { ...issued, session: { ...issued.session, id: visitor.id } }
    },
  }),
}

for (const [name, sabotage] of Object.entries(saboteurs)) {
  test(`the strategy contract catches: ${name}`, async () => {
    const open = (options: Partial<HallpassOptions>): Hallpass => {
      const { auth } = openAuth({ ...options, strategy: 'hybrid', store: memory() })
      return { ...auth, ...sabotage(auth) }
    }
    const broken: string[] = []
    for (const [promise, check] of strategyContract) await check(open).catch(() => broken.push(promise))
    assert.notDeepEqual(broken, [], 'no promise was found broken')
    assert.ok(broken.length < strategyContract.length, 'it breaks one thing, not everything')
  })
}
