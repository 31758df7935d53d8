import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import type { Hallpass } from 'hallpass'
import { adapterContract, type ServeApplication } from 'hallpass/testing'
import { serveOnFastify } from './fastify-application.js'
import { serveOnKoa } from './koa-application.js'
import { serveOnNode } from './node-application.js'

type Lines = string | number | readonly string[]

function settingHeaders(res: ServerResponse, instead: (name: string, value: Lines) => Lines | null): void {
  const setHeader = res.setHeader.bind(res)
  res.setHeader = (name, value) => {
    const other = instead(name.toLowerCase(), value)
    return other === null ? res : setHeader(name, other)
  }
}

const overAuth =
  (other: (auth: Hallpass) => Partial<Hallpass>): ServeApplication =>
  (auth, options) =>
    serveOnNode()({ ...auth, ...other(auth) }, options)

/** Fastify with another header than the one about to be sent. */
const onFastify = (name: string, instead: (value: Lines) => Lines): ServeApplication =>
  serveOnFastify((app) =>
    app.addHook('onSend', async (_request, reply) => {
      const value = reply.getHeader(name)
      if (value !== undefined) reply.removeHeader(name).header(name, instead(value))
    }),
  )

/** Koa with a response that something around Hallpass has changed. */
const aroundOnKoa = (change: (res: ServerResponse) => void): ServeApplication =>
  serveOnKoa({
    async outside(ctx, next) {
      await next()
      change(ctx.res)
    },
  })

/** Each is wrong in a way that adapters have been. */
const saboteurs: { readonly [name: string]: ServeApplication } = {
  'the cookies of Hallpass replace the application’s': serveOnNode((_req, res) =>
    settingHeaders(res, (name, value) => (name === 'set-cookie' && Array.isArray(value) ? value.slice(-1) : value)),
  ),
  'several Set-Cookie lines are folded into one': serveOnNode((_req, res) =>
    settingHeaders(res, (name, value) => (name === 'set-cookie' && Array.isArray(value) ? value.join(', ') : value)),
  ),
  'what must not be cached may be': serveOnNode((_req, res) =>
    settingHeaders(res, (name, value) => (name === 'cache-control' ? null : value)),
  ),
  'of two cookies of one name the last one wins': serveOnNode((req) => {
    const pairs = (req.headers.cookie ?? '').split('; ').map((pair) => [pair.split('=', 1)[0], pair] as const)
    if (req.headers.cookie !== undefined) req.headers.cookie = [...new Map(pairs).values()].join('; ')
  }),
  'the browser’s own word on where it comes from is lost': serveOnNode((req) => {
    delete req.headers.origin
    if (req.headers['sec-fetch-site'] !== undefined) req.headers['sec-fetch-site'] = 'same-origin'
  }),
  'trouble reads as a stranger': overAuth((auth) => ({
    authenticate: (request) =>
      auth.authenticate(request).catch(() => auth.authenticate({ ...request, header: () => null })),
  })),
  'HEAD is taken for what it heads': serveOnNode((req) => {
    if (req.method === 'HEAD' || req.method === 'OPTIONS') req.method = 'POST'
  }),
  'a stranger passes the guard': overAuth((auth) => ({
    async authenticate(request) {
      const standing = await auth.authenticate(request)
      const session = { id: 'x', subject: 'u_1', createdAt: 0, authenticatedAt: 0, lastSeenAt: 0, expiresAt: 0 }
      const device = { name: null, userAgent: null, network: null }
      return { ...standing, session: { ...session, device, amr: [], remember: false, data: {}, actor: null } }
    },
  })),
  'fastify: of several Set-Cookie lines the last one is sent': onFastify('set-cookie', (value) =>
    Array.isArray(value) ? value.slice(-1) : value,
  ),
  'fastify: problem documents carry a charset': onFastify('content-type', (value) => `${String(value)}; charset=utf-8`),
  'fastify: forms are refused before Hallpass hears of them': serveOnFastify((app) =>
    app.addHook('onRequest', async (request, reply) =>
      request.headers['content-type']?.startsWith('application/x-www-form') ? reply.code(415).send() : undefined,
    ),
  ),
  'fastify: another error handler answers first': serveOnFastify((app) =>
    app.addHook('onRoute', (route) => {
      route.errorHandler = (_error, _request, reply) => void reply.code(500).send('trouble')
    }),
  ),
  'koa: several Set-Cookie lines are folded into one': aroundOnKoa((res) => {
    const lines = res.getHeader('set-cookie')
    if (Array.isArray(lines)) res.setHeader('set-cookie', lines.join(', '))
  }),
  'koa: what must not be cached may be': aroundOnKoa((res) => res.removeHeader('cache-control')),
  'koa: what a handler throws is caught before Hallpass hears of it': serveOnKoa({
    inside: (ctx, next) =>
      Promise.resolve()
        .then(next)
        .catch(() => void (ctx.status = 500)),
  }),
  'koa: a guard that does not wait lets the handler answer': serveOnKoa({
    inside(ctx, next) {
      const { guard } = ctx.state.auth
      ctx.state.auth.guard = (requirement) => {
        guard.call(ctx.state.auth, requirement)
        return null
      }
      return next()
    },
  }),
}

for (const [name, serve] of Object.entries(saboteurs)) {
  test(`the adapter contract catches: ${name}`, async () => {
    const broken: string[] = []
    for (const [promise, check] of adapterContract) await check(serve).catch(() => broken.push(promise))
    assert.notDeepEqual(broken, [], 'no promise was found broken')
    assert.ok(broken.length < adapterContract.length, 'it breaks one thing, not everything')
  })
}
