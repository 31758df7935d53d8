import assert from 'node:assert/strict'
import { test } from 'node:test'
import express from 'express'
import { hallpassErrors, hallpassExpress, requireSession } from 'hallpass/express'
import { adapterContract, type ServeApplication } from 'hallpass/testing'
import { send } from '#src/testing/adapter-client.js'
import { openAuth } from '../open-auth.js'
import { listen } from './listen.js'

const serve: ServeApplication = (auth, { parseBodies }) => {
  const app = express()
  if (parseBodies) app.use(express.json({ limit: '1mb' }), express.urlencoded())
  app.use(hallpassExpress(auth))
  app.post('/sign-in', async (req, res) => {
    res.cookie('app', '1')
    await req.auth.begin('u_1')
    const { tokens } = await req.auth.signIn('u_1', { amr: ['pwd'] })
    res.json({ tokens })
  })
  app.get('/who', (req, res) => void res.json({ subject: req.auth.session?.subject ?? null }))
  app.get('/me', requireSession(), (req, res) => void res.json({ subject: req.auth.session?.subject }))
  app.get(
    '/recent',
    requireSession({ maxAge: 60 }),
    (req, res) => void res.json({ subject: req.auth.session?.subject }),
  )
  app.get('/thrown', (req, res) => void res.json({ subject: req.auth.require().subject }))
  app.post('/echo', express.json(), (req, res) => void res.json(req.body))
  app.post('/auth/own', (_req, res) => void res.sendStatus(200))
  app.use(hallpassErrors())
  return listen(app)
}

for (const [promise, check] of adapterContract) test(`express: ${promise}`, () => check(serve))

test('express: below a mount point the base path is the whole one, and the property may have another name', async () => {
  const { auth } = openAuth({ basePath: '/app/auth' })
  const inner = express.Router().use(hallpassExpress(auth, { property: 'hallpass' }))
  inner.get('/who', requireSession(), (_req, res) => void res.json('passed'))
  inner.get('/name', (req, res) => void res.json(Object.hasOwn(req, 'hallpass') && !Object.hasOwn(req, 'auth')))
  const { url, close } = await listen(express().use('/app', inner))
  try {
    assert.equal((await send(url, 'GET', '/app/auth/csrf')).headers['content-type'], 'application/problem+json')
    assert.equal((await send(url, 'GET', '/app/who')).status, 401)
    assert.equal((await send(url, 'GET', '/app/name')).text, 'true')
  } finally {
    await close()
  }
})
