import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { type Handler, readAuth, requireSession, unauthorized, withAuth } from 'hallpass/fetch'
import { adapterContract, type ServeApplication, signedIn } from 'hallpass/testing'
import { openAuth } from '../open-auth.js'
import { listen } from './listen.js'

const who: Handler = (_request, { session }) => Response.json({ subject: session?.subject ?? null })

const routes: { readonly [route: string]: Handler } = {
  'POST /sign-in': async (_request, auth) => {
    const { tokens } = await auth.signIn('u_1', { amr: ['pwd'] })
    return Response.json({ tokens }, { headers: { 'set-cookie': 'app=1; Path=/' } })
  },
  'GET /who': who,
  'GET /me': requireSession(who),
  'GET /recent': requireSession(who, { maxAge: 60 }),
  'GET /thrown': (_request, auth) => Response.json({ subject: auth.require().subject }),
  'POST /echo': async (request) => Response.json(await request.json()),
  'POST /auth/own': () => new Response('ok'),
}

// Nothing runs before a fetch handler that could have parsed the body.
const serve: ServeApplication = (auth) => {
  const handle = withAuth(auth, (request, caller) => {
    const route = routes[`${request.method} ${new URL(request.url).pathname}`]
    return route === undefined ? new Response('nothing here', { status: 404 }) : route(request, caller)
  })
  const listener = getRequestListener(handle)
  return listen((req, res) => void listener(req, res))
}

for (const [promise, check] of adapterContract) test(`fetch: ${promise}`, () => check(serve))

test('fetch: readAuth tells who is calling from the headers alone, and unauthorized() is a problem document', async () => {
  const { auth } = openAuth()
  const { client, session } = await signedIn(auth, 'u_1')
  const cookie = [...client.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')
  assert.equal((await readAuth(auth, { headers: new Headers({ cookie }) })).session?.id, session.id)
  assert.equal((await readAuth(auth, { headers: new Headers() })).refusal, 'session-required')
  const answer = unauthorized()
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [401, 'application/problem+json'])
})

test('fetch: what the platform hands a handler besides the request is handed on, through the guard too', async () => {
  const { auth } = openAuth()
  const handler: Handler<[env: { name: string }, context: object]> = (_request, caller, { name }) =>
    new Response(`${name} ${caller.session?.subject ?? 'nobody'}`)
  const request = new Request('https://app.example/')
  assert.equal(await (await withAuth(auth, handler)(request, { name: 'edge' }, {})).text(), 'edge nobody')
  assert.equal((await withAuth(auth, requireSession(handler))(request, { name: 'edge' }, {})).status, 401)
})
