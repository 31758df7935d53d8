import express from 'express'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { hallpassErrors, hallpassFastify, requireSession } from 'hallpass/fastify'
import type { ServeApplication } from 'hallpass/testing'

export async function start(app: FastifyInstance): Promise<{ url: string; close(): Promise<void> }> {
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, close: () => app.close() }
}

/** Fastify's own parsers run after Hallpass; those before it are Express's, put in front the way @fastify/middie does. */
function parseBefore(app: FastifyInstance): void {
  for (const parser of [express.json({ limit: '1mb' }), express.urlencoded()])
    app.addHook('onRequest', (request, reply, done) =>
      parser(request.raw as express.Request, reply.raw as express.Response, (error?: unknown) => done(error as Error)),
    )
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (request, _payload, done) => done(null, (request.raw as { body?: unknown }).body))
}

/** The application of the adapter contract on Fastify; `tamper` makes broken twins of it. */
export const serveOnFastify =
  (tamper: (app: FastifyInstance) => void = () => {}): ServeApplication =>
  (auth, { parseBodies }) => {
    const app = fastify({ forceCloseConnections: true })
    tamper(app)
    if (parseBodies) parseBefore(app)
    app.register(hallpassFastify(auth))
    app.setErrorHandler(hallpassErrors())
    const subject = (request: FastifyRequest): object => ({ subject: request.auth.session?.subject ?? null })
    app.post('/sign-in', async (request, reply) => {
      reply.header('set-cookie', 'app=1; Path=/')
      const { tokens } = await request.auth.signIn('u_1', { amr: ['pwd'] })
      return { tokens }
    })
    app.get('/who', async (request) => subject(request))
    app.get('/me', { preHandler: requireSession() }, async (request) => subject(request))
    app.get('/recent', { onRequest: requireSession({ maxAge: 60 }) }, async (request) => subject(request))
    app.get('/thrown', async (request) => ({ subject: request.auth.require().subject }))
    app.post('/echo', async (request) => request.body)
    app.post('/auth/own', async () => 'ok')
    return start(app)
  }
