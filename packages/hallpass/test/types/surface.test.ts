import assert from 'node:assert/strict'
import { test } from 'node:test'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { type Hallpass, hallpass, HallpassError, type Receipt, type Session } from 'hallpass'
import { hallpassExpress, requireSession } from 'hallpass/express'
import { unauthorized, withAuth } from 'hallpass/fetch'
import { hallpassFastify, requireSession as requireOnFastify } from 'hallpass/fastify'
import { hallpassHono } from 'hallpass/hono'
import { hallpassKoa, requireSession as requireOnKoa, type RequestAuth } from 'hallpass/koa'
import { memory } from 'hallpass/memory'
import type { SqliteDatabase } from 'hallpass/sqlite'
import { createVerifier, type VerifiedClaims, type Verdict, type VerifierOptions } from 'hallpass/verify'
import { testSecret } from '../open-auth.js'

/** True for one and the same type; never for `any`. */
type Equals<One, Other> = [One, Other] extends [Other, One] ? (0 extends 1 & One ? false : true) : false
const holds = (claim: true): void => assert.ok(claim)

const auth = hallpass({ issuer: 'https://app.example', secret: testSecret, store: memory() })

test('the public types say what the documentation says', () => {
  holds(true satisfies Equals<typeof auth, Hallpass>)
  holds(true satisfies Equals<ReturnType<typeof auth.sessions.revokeAll>, Promise<Receipt>>)
  holds(true satisfies Equals<Awaited<ReturnType<typeof auth.sessions.get>>, Session | null>)
  holds(true satisfies Equals<Session['subject'], string>)
  // @ts-expect-error a strategy that does not exist
  assert.throws(() => hallpass({ issuer: 'https://app.example', secret: testSecret, store: memory(), strategy: 'jwe' }))
  // @ts-expect-error the store is not optional
  const withoutStore: Parameters<typeof hallpass>[0] = { issuer: 'https://app.example', secret: testSecret }
  assert.equal(withoutStore.store, undefined)
  auth.on('refresh-reused', (event) => holds(true satisfies Equals<typeof event.presentedGeneration, number>))
  // @ts-expect-error an event that does not exist
  auth.on('refresh-misused', () => {})
})

test('an error narrows by its code', () => {
  const error = new HallpassError('stale')
  assert.equal(error.code === 'stale' ? 'refresh' : 'other', 'refresh')
  // @ts-expect-error a code that does not exist
  assert.notEqual(error.code === 'stail', true)
})

test('each framework knows what Hallpass puts on its requests', () => {
  const app = express().use(hallpassExpress(auth))
  app.get('/me', requireSession(), (req, res) => {
    holds(true satisfies Equals<typeof req.auth.session, Session | null>)
    res.json({ id: req.auth.require().subject })
  })
  const hono = new Hono().use(hallpassHono(auth))
  hono.get('/me', (c) => c.json(c.var.auth.require().subject))
  const onFastify = fastify().register(hallpassFastify(auth))
  onFastify.get('/me', { preHandler: requireOnFastify({ maxAge: 60 }) }, async (request) => {
    holds(true satisfies Equals<typeof request.auth.session, Session | null>)
    return request.auth.require().subject
  })
  new Koa()
    .use(hallpassKoa(auth))
    .use(requireOnKoa())
    .use((ctx) => {
      holds(true satisfies Equals<typeof ctx.state.auth, RequestAuth>)
      ctx.body = ctx.state.auth.require().subject
    })
  const handler = withAuth(auth, (_request, { session }) => (session ? Response.json(session.subject) : unauthorized()))
  assert.equal(typeof handler, 'function')
})

test('drivers are taken by their shape', () => {
  const database: SqliteDatabase = {
    exec: () => {},
    prepare: () => ({ all: () => [], run: () => ({ changes: 0 }) }),
    close: () => {},
  }
  assert.ok(database)
})

test('a verdict narrows, and its claims are what they say', () => {
  const jwks = 'https://app.example/.well-known/jwks.json'
  const verifier = createVerifier({ issuer: 'https://app.example', audience: 'https://api.example', jwks })
  const read = (verdict: Verdict): string => {
    if (!verdict.ok) return verdict.code
    holds(true satisfies Equals<typeof verdict.claims, VerifiedClaims>)
    holds(true satisfies Equals<typeof verdict.claims.exp, number>)
    holds(true satisfies Equals<typeof verdict.claims.sid, string | undefined>)
    // @ts-expect-error nobody can change them
    assert.throws(() => (verdict.claims.sub = 'root'))
    return verdict.claims.sub
  }
  assert.equal(read({ ok: false, code: 'ended', reason: 'revoked' }), 'ended')
  // @ts-expect-error the answer of a token that is met for the first time is a promise
  const atOnce = (): Verdict => verifier.verify('x')
  // @ts-expect-error one issuer needs an audience
  const withoutAudience: VerifierOptions = { issuer: 'https://app.example', jwks }
  assert.deepEqual([typeof atOnce, withoutAudience.audience], ['function', undefined])
})
