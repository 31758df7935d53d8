import { text } from 'node:stream/consumers'
import { bodyParser } from '@koa/bodyparser'
import Koa, { type Middleware } from 'koa'
import { hallpassKoa, requireSession } from 'hallpass/koa'
import type { ServeApplication } from 'hallpass/testing'
import { listen } from './listen.js'

const who: Middleware = (ctx) => {
  ctx.body = { subject: ctx.state.auth.session?.subject ?? null }
}

const guarded =
  (guard: Middleware): Middleware =>
  (ctx, next) =>
    guard(ctx, async () => who(ctx, next))

const routes: { readonly [route: string]: Middleware } = {
  'POST /sign-in': async (ctx) => {
    ctx.append('set-cookie', 'app=1; Path=/')
    const { tokens } = await ctx.state.auth.signIn('u_1', { amr: ['pwd'] })
    ctx.body = { tokens }
  },
  'GET /who': who,
  'GET /me': guarded(requireSession()),
  'GET /recent': guarded(requireSession({ maxAge: 60 })),
  'GET /thrown': (ctx) => {
    ctx.body = { subject: ctx.state.auth.require().subject }
  },
  'POST /echo': async (ctx) => {
    ctx.body = ctx.request.body ?? JSON.parse(await text(ctx.req))
  },
  'POST /auth/own': (ctx) => {
    ctx.body = 'ok'
  },
}

const pass: Middleware = (_ctx, next) => next()

const route: Middleware = (ctx, next) => routes[`${ctx.method} ${ctx.path}`]?.(ctx, next)

/** The application of the adapter contract on Koa; `outside` and `inside` stand around Hallpass in broken twins of it. */
export const serveOnKoa =
  ({
    outside = pass,
    inside = pass,
  }: { readonly outside?: Middleware; readonly inside?: Middleware } = {}): ServeApplication =>
  (auth, { parseBodies }) => {
    const app = new Koa()
    app.silent = true
    if (parseBodies) app.use(bodyParser({ jsonLimit: '1mb' }))
    app.use(outside).use(hallpassKoa(auth)).use(inside).use(route)
    const listener = app.callback()
    return listen((req, res) => void listener(req, res))
  }
