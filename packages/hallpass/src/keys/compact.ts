import { decodeBase64url } from '../crypto/base64url.js'
import { type JsonObject, readPlainObject } from '../core/plain-json.js'

/** Four times what we mint; longer text is refused before it is looked at. */
export const longestToken = 4096

const form = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/
// A byte order mark stays in the text, where JSON refuses it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A JWS in the compact serialization (RFC 7515), taken apart; nothing in it is believed yet. */
export interface CompactToken {
  readonly header: JsonObject
  readonly payload: Uint8Array
  readonly signature: Uint8Array
  /** What the signature is over. */
  readonly signed: string
}

export type ReadCompact =
  | { readonly ok: true; readonly token: CompactToken }
  | { readonly ok: false; readonly reason: string }

export function readCompact(text: string): ReadCompact {
  const refuse = (reason: string): ReadCompact => ({ ok: false, reason })
  if (typeof text !== 'string') return refuse('the token is not text')
  if (text.length > longestToken) return refuse('the token is longer than any we take')
  const segments = form.exec(text)
  if (segments === null) return refuse('the token is not three segments of base64url')
  const [headerBytes, payload, signature] = segments.slice(1).map(decodeBase64url)
  if (!headerBytes || !payload || !signature) return refuse('a segment is not in the one spelling of its bytes')
  const header = readObjectBytes(headerBytes)
  if (!header.ok) return refuse(`the header ${header.reason}`)
  return {
    ok: true,
    token: { header: header.object, payload, signature, signed: text.slice(0, text.lastIndexOf('.')) },
  }
}

/** The bytes of a header or payload, as an object. */
export function readObjectBytes(bytes: Uint8Array): ReturnType<typeof readPlainObject> {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return { ok: false, reason: 'is not UTF-8' }
  }
  return readPlainObject(text)
}
