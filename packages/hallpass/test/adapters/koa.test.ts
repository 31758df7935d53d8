import assert from 'node:assert/strict'
import { test } from 'node:test'
import Koa, { type Context } from 'koa'
import { hallpassKoa, requireSession } from 'hallpass/koa'
import { adapterContract } from 'hallpass/testing'
import { fromPage, send } from '#src/testing/adapter-client.js'
import { openAuth } from '../open-auth.js'
import { serveOnKoa } from './koa-application.js'
import { listen } from './listen.js'

for (const [promise, check] of adapterContract) test(`koa: ${promise}`, () => check(serveOnKoa()))

test('koa: what is around sees the answer, whoever forgets to use it is told so, and the address is of ctx.ip', async () => {
  const { auth } = openAuth()
  const seen: string[] = []
  const app = new Koa({ proxy: true })
  app.silent = true
  app.on('error', (error: Error) => seen.push(error.message))
  app.use(async (ctx: Context, next) => {
    await next()
    seen.push(`${ctx.status} ${ctx.type}`)
  })
  app.use((ctx, next) => (ctx.path === '/early' ? requireSession()(ctx, next) : next()))
  app.use(hallpassKoa(auth))
  app.use(async (ctx) => {
    ctx.body = (await ctx.state.auth.signIn('u_1')).session.device
  })
  const listener = app.callback()
  const { url, close } = await listen((req, res) => void listener(req, res))
  try {
    await send(url, 'GET', '/auth/session')
    assert.equal((await send(url, 'GET', '/early')).status, 500)
    assert.deepEqual(seen, [
      '401 application/problem+json',
      'requireSession() runs before hallpassKoa(auth): app.use that first',
    ])
    const headers = { ...fromPage('https://app.example'), 'x-forwarded-for': '203.0.113.9' }
    assert.match((await send(url, 'POST', '/sign-in', { headers })).text, /"network":"203\.0\.113\./)
  } finally {
    await close()
  }
})
