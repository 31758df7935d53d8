import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ResponsePatch } from 'hallpass'
import { hasBody } from './message.js'
import { answerSocket } from './raw-answer.js'

/** How long clients may take over a body, milliseconds. */
export interface BodyBounds {
  /** So long nothing of it may come. */
  readonly quiet: number
  /** So long a body may take that is read as a whole; one that is handed on takes as long as it takes. */
  readonly whole: number
}

export const usualBounds: BodyBounds = { quiet: 30_000, whole: 30_000 }

/**
 * Cuts off a client that does not go on with its body: with an answer (408) where there was none yet. That
 * nobody reads it is not the client's fault. What is answered may take any time.
 */
export function boundBody(
  req: IncomingMessage,
  res: ServerResponse,
  { quiet, whole = Number.POSITIVE_INFINITY }: Pick<BodyBounds, 'quiet'> & Partial<BodyBounds>,
  tooSlow: () => ResponsePatch,
): void {
  if (!hasBody(req)) return
  const { socket } = req
  const began = performance.now()
  let moved = began
  let bytes = socket.bytesRead
  const watch = setInterval(() => {
    if (req.complete || socket.destroyed) return clearInterval(watch)
    const now = performance.now()
    const isWaitedFor = req.readableLength < req.readableHighWaterMark
    if (socket.bytesRead > bytes || !isWaitedFor) moved = now
    bytes = socket.bytesRead
    if (now - moved < quiet && now - began < whole) return
    clearInterval(watch)
    if (res.headersSent) socket.destroy()
    else answerSocket(socket, tooSlow())
  }, quiet / 10).unref()
}
