import type { FastifyReply } from 'fastify'
import { withSetCookie } from '../http/cookies.js'
import type { ResponsePatch } from '../http/response-patch.js'
import { linesOf } from './node-response.js'

/** Puts a patch onto a reply of Fastify; one with a status is the whole answer. */
export function applyToReply(reply: FastifyReply, { status, headers, body }: ResponsePatch): void {
  for (const [name, value] of headers) {
    const cookies = name === 'set-cookie' ? [...withSetCookie(linesOf(reply.getHeader(name)), value)] : null
    // Fastify would add to the cookies that there are.
    reply.removeHeader(name).header(name, cookies ?? value)
  }
  // As bytes: to JSON text Fastify adds a charset, which JSON has none of (RFC 8259, section 11).
  if (status !== null) reply.code(status).send(Buffer.from(body ?? ''))
}
