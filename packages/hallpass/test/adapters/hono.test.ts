import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { hallpass } from 'hallpass'
import { memory } from 'hallpass/memory'
import { type HallpassEnv, hallpassHono, requireSession } from 'hallpass/hono'
import { adapterContract, type ServeApplication } from 'hallpass/testing'
import { listen } from './listen.js'

const serve: ServeApplication = (auth, { parseBodies }) => {
  const app = new Hono<HallpassEnv>()
  if (parseBodies) {
    app.use(async (c, next) => {
      await c.req.text()
      await next()
    })
  }
  app.use(hallpassHono(auth))
  app.post('/sign-in', async (c) => {
    setCookie(c, 'app', '1')
    const { tokens } = await c.var.auth.signIn('u_1', { amr: ['pwd'] })
    return c.json({ tokens })
  })
  app.get('/who', (c) => c.json({ subject: c.var.auth.session?.subject ?? null }))
  app.get('/me', requireSession(), (c) => c.json({ subject: c.var.auth.session?.subject }))
  app.get('/recent', requireSession({ maxAge: 60 }), (c) => c.json({ subject: c.var.auth.session?.subject }))
  app.get('/thrown', (c) => c.json({ subject: c.var.auth.require().subject }))
  app.post('/echo', async (c) => c.json(await c.req.json<object>()))
  app.post('/auth/own', (c) => c.text('ok'))
  const listener = getRequestListener(app.fetch)
  return listen((req, res) => void listener(req, res))
}

test('hono: behind proxies the application says who the client is', async () => {
  const auth = hallpass({
    issuer: 'http://localhost:3000',
    secret: 'q7Rw2kZp9XvLm4TbYc8NdHs3FgJu6AeKx1Vo5WiB',
    store: memory(),
  })
  const app = new Hono<HallpassEnv>()
  app.use(hallpassHono(auth, { address: (c) => c.req.header('x-client') ?? null }))
  app.post('/sign-in', async (c) => {
    const { session } = await c.var.auth.signIn('u_1', { amr: ['pwd'] })
    return c.json({ network: session.device.network })
  })
  const headers = { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin', 'x-client': '198.51.100.7' }
  const answer = await app.request('http://localhost:3000/sign-in', { method: 'POST', headers })
  assert.deepEqual(await answer.json(), { network: '198.51.100.0/24' })
  await auth.close()
})

for (const [promise, check] of adapterContract) test(`hono: ${promise}`, () => check(serve))
