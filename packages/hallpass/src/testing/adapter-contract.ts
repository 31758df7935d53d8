import assert from 'node:assert/strict'
import type { Store } from '../core/store.js'
import { memory } from '../stores/memory/memory.js'
import { type Answer, cookieHeader, native, navigation, type Sent } from './adapter-client.js'
import {
  assertProblem,
  type Check,
  form,
  json,
  page,
  type ServeApplication,
  subjectIn,
  tokensIn,
  withScenes,
} from './adapter-scene.js'

export type { ServeApplication } from './adapter-scene.js'

const unreachable: Store['sessions']['find'] = () => Promise.reject(new Error('connection refused'))

const checks: readonly (readonly [promise: string, check: Check])[] = [
  [
    'a stranger is nobody, and is set no cookie',
    async (open) => {
      const { send } = await open()
      const answer = await send('GET', '/who')
      assert.deepEqual([answer.status, answer.text, answer.cookies], [200, '{"subject":null}', []])
    },
  ],
  [
    'a sign-in sets the cookies of the strategy beside the application’s own',
    async (open) => {
      for (const [strategy, kinds] of [
        ['session', ['session']],
        ['hybrid', ['access', 'refresh']],
        ['jwt', ['access']],
      ] as const) {
        const { auth, send } = await open({ strategy })
        const answer = await send('POST', '/sign-in', { headers: page })
        assert.deepEqual([answer.status, answer.text], [200, '{"tokens":null}'])
        const set = cookieHeader(answer.cookies)
          .split('; ')
          .map((pair) => pair.split('=', 1)[0])
        assert.deepEqual(new Set(set), new Set(['app', ...kinds.map((kind) => auth.policy.cookieNames[kind])]))
        assert.equal(answer.headers['cache-control'], 'no-store')
        const names = answer.cookies.map((line) => line.split('=', 1)[0])
        assert.equal(new Set(names).size, names.length, 'one line for each cookie')
      }
    },
  ],
  [
    'the cookies carry the session to every route, and to the endpoints',
    async (open) => {
      const { send, signIn } = await open()
      const headers = { cookie: await signIn() }
      for (const path of ['/who', '/me', '/recent', '/thrown']) {
        assert.equal((await send('GET', path, { headers })).text, '{"subject":"u_1"}', path)
      }
      const answer = await send('GET', '/auth/session', { headers })
      assert.deepEqual([answer.status, subjectIn(answer)], [200, 'u_1'])
      assert.equal(answer.headers['cache-control'], 'no-store')
    },
  ],
  [
    'a native client is answered tokens and set no cookie of ours',
    async (open) => {
      const { send } = await open()
      const answer = await send('POST', '/sign-in', { headers: native })
      assert.deepEqual(answer.cookies, ['app=1; Path=/'])
      const { sessionToken } = tokensIn(answer)
      const me = await send('GET', '/me', { headers: { authorization: `Bearer ${sessionToken}` } })
      assert.equal(me.text, '{"subject":"u_1"}')
    },
  ],
  [
    'the guard answers strangers with a problem document, and pages with the way to sign in',
    async (open) => {
      const { send } = await open({ signInPage: '/sign-in-page' })
      const answer = await send('GET', '/me', { headers: { accept: 'application/json' } })
      assertProblem(answer, 401, 'session-required')
      assert.equal(answer.headers['www-authenticate'], 'Bearer realm="hallpass"')
      const shown = await send('GET', '/me?tab=1', { headers: navigation })
      assert.deepEqual([shown.status, shown.headers.location], [303, '/sign-in-page?to=%2Fme%3Ftab%3D1'])
    },
  ],
  [
    'the guard asks for a recent sign-in where the route does',
    async (open) => {
      const { send, signIn, clock } = await open()
      const headers = { cookie: await signIn() }
      clock.advance(61_000)
      const answer = await send('GET', '/recent', { headers })
      assertProblem(answer, 401, 'step-up-required')
      assert.match(String(answer.headers['www-authenticate']), /error="insufficient_user_authentication", max_age="60"/)
      assert.equal((await send('GET', '/me', { headers })).status, 200)
    },
  ],
  [
    'a refusal that a handler throws is answered like one of the guard',
    async (open) => {
      const { send } = await open()
      assertProblem(await send('GET', '/thrown'), 401, 'session-required')
    },
  ],
  [
    'trouble with the store is 503 on every route that would tell who is calling, never a stranger',
    async (open) => {
      const store = memory()
      const { send, signIn } = await open({ store: { ...store, sessions: { ...store.sessions, find: unreachable } } })
      const cookie = await signIn()
      for (const path of ['/who', '/me', '/auth/session']) {
        const answer = await send('GET', path, { headers: { cookie } })
        assertProblem(answer, 503, 'store-unavailable')
        assert.deepEqual([answer.cookies, answer.headers['retry-after']], [[], '2'])
      }
    },
  ],
  [
    'addresses that are not ours stay the application’s, also below the base path',
    async (open) => {
      const { send } = await open()
      assert.equal((await send('POST', '/auth/own')).status, 200)
      for (const path of [
        '/nowhere',
        '/auth',
        '/auth/',
        '/auth/session/',
        '/AUTH/session',
        '//auth/session',
        '/auth/%73ession',
      ]) {
        const answer = await send('GET', path)
        assert.equal(answer.status, 404, path)
        assert.notEqual(answer.headers['content-type'], 'application/problem+json', path)
      }
    },
  ],
  [
    'our addresses answer 405 with Allow to other methods, and 404 for a session of nobody’s',
    async (open) => {
      const { send, signIn } = await open()
      const answer = await send('DELETE', '/auth/session', { headers: page })
      assertProblem(answer, 405, 'method-not-allowed')
      assert.equal(answer.headers.allow, 'GET, HEAD')
      const headers = { ...page, cookie: await signIn() }
      assertProblem(await send('DELETE', `/auth/sessions/00${'A'.repeat(22)}`, { headers }), 404, 'no-such-session')
    },
  ],
  [
    'GET, HEAD and OPTIONS change nothing',
    async (open) => {
      const { send, signIn, auth } = await open()
      const headers = { ...page, cookie: await signIn() }
      const [session] = await auth.sessions.list('u_1')
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        for (const path of [
          '/auth/sign-out',
          '/auth/refresh',
          '/auth/sessions/revoke-all',
          `/auth/sessions/${session!.id}`,
        ]) {
          const answer = await send(method, path, { headers })
          assert.ok(answer.status >= 400, `${method} ${path}`)
          assert.deepEqual(answer.cookies, [])
        }
      }
      assert.equal((await send('GET', '/who', { headers })).text, '{"subject":"u_1"}')
    },
  ],
  [
    'HEAD answers as GET does, without the body',
    async (open) => {
      const { send, signIn } = await open()
      const answer = await send('HEAD', '/auth/session', { headers: { cookie: await signIn() } })
      assert.deepEqual([answer.status, answer.text], [200, ''])
    },
  ],
  [
    'a sign-out ends the session and expires the cookies; from another site it does neither',
    async (open) => {
      const { send, signIn } = await open()
      const cookie = await signIn()
      const foreign = { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
      assertProblem(await send('POST', '/auth/sign-out', { headers: foreign }), 403, 'csrf-refused')
      assert.equal((await send('GET', '/who', { headers: { cookie } })).text, '{"subject":"u_1"}')
      const answer = await send('POST', '/auth/sign-out', { headers: { ...page, cookie } })
      assert.equal(answer.status, 200)
      assert.ok(answer.cookies.length > 0 && answer.cookies.every((line) => line.includes('; Max-Age=0;')))
      assert.equal((await send('GET', '/who', { headers: { cookie } })).text, '{"subject":null}')
    },
  ],
  [
    'a native client refreshes by a JSON body, whoever parses it',
    async (open) => {
      const { send } = await open({ strategy: 'hybrid' })
      const { refreshToken } = tokensIn(await send('POST', '/sign-in', { headers: native }))
      const headers = { ...native, ...json }
      const answer = await send('POST', '/auth/refresh', { headers, body: JSON.stringify({ refreshToken }) })
      assert.equal(answer.status, 200, answer.text)
      assert.ok(tokensIn(answer).accessToken)
      assert.deepEqual(answer.cookies, [])
    },
  ],
  [
    'the form of resume brings a page back where it was, whoever parses it, and to the sign-in page without a session',
    async (open) => {
      const { send, signIn } = await open({ strategy: 'hybrid', signInPage: '/sign-in-page' })
      const cookie = await signIn()
      const sent = (cookie: string): Sent => ({ headers: { ...page, ...form, cookie }, body: 'to=%2Fme%3Ftab%3D1' })
      const back = await send('POST', '/auth/refresh', sent(cookie))
      assert.deepEqual([back.status, back.headers.location], [303, '/me?tab=1'])
      assert.equal((await send('GET', '/me', { headers: { cookie: cookieHeader(back.cookies) } })).status, 200)
      const away = await send('POST', '/auth/refresh', sent('app=1'))
      assert.deepEqual([away.status, away.headers.location], [303, '/sign-in-page?to=%2Fme%3Ftab%3D1'])
    },
  ],
  [
    'a body that is too large, of another type or not understood is refused, and changes nothing',
    async (open) => {
      const { send, signIn } = await open()
      const headers = { ...page, cookie: await signIn() }
      const sent = (type: string, body: string): Promise<Answer> =>
        send('POST', '/auth/sessions/revoke-all', { headers: { ...headers, 'content-type': type }, body })
      assertProblem(
        await sent('application/json', JSON.stringify({ keepCurrent: false, padding: ' '.repeat(20_000) })),
        413,
        'too-large',
      )
      assertProblem(await sent('text/plain', '{"keepCurrent":false}'), 415, 'unsupported-media-type')
      assertProblem(await sent('application/x-www-form-urlencoded', 'keepCurrent=false'), 415, 'unsupported-media-type')
      const unclear = await sent('application/json', '{"keepCurrent":"false"}')
      assertProblem(unclear, 400, 'bad-request')
      assert.match(unclear.text, /"field":"keepCurrent"/)
      assert.equal((await send('GET', '/who', { headers })).text, '{"subject":"u_1"}')
    },
  ],
  [
    'a body that is too large is refused also where its length was not announced',
    async (open) => {
      const { send, signIn, parseBodies } = await open()
      const headers = { ...page, ...json, cookie: await signIn(), 'transfer-encoding': 'chunked' }
      const body = JSON.stringify({ keepCurrent: false, padding: ' '.repeat(20_000) })
      const { status } = await send('POST', '/auth/sessions/revoke-all', { headers, body })
      assert.ok(status === 413 || (parseBodies && status === 400), String(status))
      assert.equal((await send('GET', '/who', { headers: { cookie: headers.cookie } })).text, '{"subject":"u_1"}')
    },
  ],
  [
    'the application can read the body of its own routes',
    async (open) => {
      const { send } = await open()
      const answer = await send('POST', '/echo', { headers: { ...page, ...json }, body: '{"a":[1]}' })
      assert.deepEqual([answer.status, answer.text], [200, '{"a":[1]}'])
    },
  ],
  [
    'two cookies of our name are nobody’s, and are expired; a sign-in over them names each cookie once',
    async (open) => {
      const { send, signIn, auth } = await open()
      const cookie = await signIn()
      const name = auth.policy.cookieNames.session
      const headers = { ...page, cookie: `${cookie}; ${name}=evil` }
      const who = await send('GET', '/who', { headers })
      assert.equal(who.text, '{"subject":null}')
      assert.ok(who.cookies.some((line) => line.startsWith(`${name}=; Path=/; Max-Age=0`)))
      const again = await send('POST', '/sign-in', { headers })
      assert.equal(again.cookies.filter((line) => line.startsWith(`${name}=`) && line.includes('Path=/;')).length, 1)
      assert.equal(
        (await send('GET', '/who', { headers: { cookie: cookieHeader(again.cookies) } })).text,
        '{"subject":"u_1"}',
      )
    },
  ],
]

/** What every adapter promises: each check runs with the framework's body parsers before Hallpass, and without. */
export const adapterContract: readonly (readonly [
  promise: string,
  check: (serve: ServeApplication) => Promise<void>,
])[] = checks.flatMap(([promise, check]) =>
  [false, true].map(
    (parseBodies) =>
      [
        `${promise}${parseBodies ? ' (bodies parsed before)' : ''}`,
        (serve: ServeApplication) => withScenes(serve, parseBodies, check),
      ] as const,
  ),
)
