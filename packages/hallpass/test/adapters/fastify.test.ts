import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { HallpassError } from 'hallpass'
import { hallpassErrors, hallpassFastify, requireSession } from 'hallpass/fastify'
import { adapterContract } from 'hallpass/testing'
import { fromPage, send } from '#src/testing/adapter-client.js'
import { openAuth } from '../open-auth.js'
import { serveOnFastify, start } from './fastify-application.js'

for (const [promise, check] of adapterContract) test(`fastify: ${promise}`, () => check(serveOnFastify()))

test('fastify: the hook is for the routes of whoever registers it, and the property may have another name', async () => {
  const { auth } = openAuth()
  const app = fastify()
  app.register(hallpassFastify(auth, { property: 'hallpass' }))
  app.register(async (inner) => {
    inner.addHook('preHandler', requireSession())
    inner.get('/inner', async () => 'passed')
  })
  app.get('/name', async (request) => [Object.hasOwn(request, 'hallpass'), Object.hasOwn(request, 'auth')])
  assert.equal((await app.inject('/inner')).statusCode, 401)
  assert.equal((await app.inject('/name')).body, '[true,false]')
  assert.equal((await app.inject('/auth/csrf')).headers['content-type'], 'application/problem+json')
  await app.close()
})

test('fastify: whoever forgets to register is told so, and errors that are not ours go on to the handler around', async () => {
  const app = fastify()
  app.setErrorHandler((error: Error, _request, reply) => reply.code(500).send(`around: ${error.message}`))
  app.register(async (inner) => {
    inner.setErrorHandler(hallpassErrors())
    inner.get('/me', { preHandler: requireSession() }, async () => 'passed')
    inner.get('/ours', async () => {
      throw new HallpassError('stale')
    })
  })
  assert.match((await app.inject('/me')).body, /^around: requireSession\(\) runs before/)
  assert.equal((await app.inject('/ours')).headers['content-type'], 'application/problem+json')
  await app.close()
})

test('fastify: the address is the one that trustProxy tells', async () => {
  const { auth } = openAuth()
  const app = fastify({ trustProxy: true })
  app.register(hallpassFastify(auth))
  app.post('/sign-in', async (request) => (await request.auth.signIn('u_1')).session.device)
  const { url, close } = await start(app)
  try {
    const headers = { ...fromPage('https://app.example'), 'x-forwarded-for': '203.0.113.9' }
    assert.match((await send(url, 'POST', '/sign-in', { headers })).text, /"network":"203\.0\.113\./)
  } finally {
    await close()
  }
})
