import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { type Handler, requireSession, withAuth } from 'hallpass/fetch'
import { adapterContract, type ServeApplication } from 'hallpass/testing'
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
