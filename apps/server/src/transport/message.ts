import type { IncomingMessage } from 'node:http'
import { ServerError } from '../errors.js'

/** Header lines at most. One more is let through by the parser, so that none is ever dropped in silence. */
export const mostHeaders = 200

/**
 * What Node's parser lets through and other readers take differently (RFC 9112, section 6.1): transfer codings other than
 * `chunked` alone, any in HTTP/1.0, other versions; and more header lines than we look at. Null where all is well.
 */
export function messageTrouble({ httpVersion, headers, rawHeaders }: IncomingMessage): ServerError | null {
  const coding = headers['transfer-encoding']
  const isPlain = coding === undefined || (httpVersion === '1.1' && coding.toLowerCase() === 'chunked')
  if (!isPlain || (httpVersion !== '1.1' && httpVersion !== '1.0')) return new ServerError('ambiguous-message')
  return rawHeaders.length > 2 * mostHeaders ? new ServerError('headers-too-large') : null
}

/** Whether a body follows, or says that it will. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
