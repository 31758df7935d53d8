import { decodeBase64url } from '../crypto/base64url.js'
import { type JsonObject, type ReadObject, readPlainObject } from '../core/plain-json.js'

/** Four times what we mint. */
export const longestToken = 4096

/** Identity providers' tokens are larger than ours. */
export const longestForeignToken = 8192

const form = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/
// A byte order mark stays in the text, where JSON refuses it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Each segment is read out of it before the next is written: arrays by the thousand are what garbage collection costs. */
const room = new Uint8Array(8192)

/** A JWS in the compact serialization (RFC 7515), taken apart; nothing in it is believed yet. */
export interface CompactToken {
  readonly header: JsonObject
  /** As it stands in the token: `readSegment` reads it. */
  readonly payload: string
  readonly signature: Uint8Array
  /** What the signature is over. */
  readonly signed: string
}

/** What keeps a text from being taken apart: the first of these that does. */
export type CompactRule = 'text' | 'length' | 'form' | 'header' | 'signature-spelling'

export type ReadCompact =
  | { readonly ok: true; readonly token: CompactToken }
  | { readonly ok: false; readonly rule: CompactRule; readonly reason: string }

/** All tokens of one key begin alike. */
let lastHeader: { readonly encoded: string; readonly read: ReadObject & { readonly ok: true } } = {
  encoded: '',
  read: { ok: true, object: {} },
}

/** @param longest in characters; more is refused before it is looked at */
export function readCompact(text: string, longest: number = longestToken): ReadCompact {
  const refuse = (rule: CompactRule, reason: string): ReadCompact => ({ ok: false, rule, reason })
  if (typeof text !== 'string') return refuse('text', 'the token is not text')
  if (text.length > longest) return refuse('length', 'the token is longer than any we take')
  const segments = form.exec(text)
  if (segments === null) return refuse('form', 'the token is not three segments of base64url')
  const [, encodedHeader, payload, encodedSignature] = segments as unknown as [string, string, string, string]
  const header = encodedHeader === lastHeader.encoded ? lastHeader.read : readSegment(encodedHeader)
  if (!header.ok) return refuse('header', `the header ${header.reason}`)
  lastHeader = { encoded: encodedHeader, read: header }
  const signature = decodeBase64url(encodedSignature)
  if (signature === null) return refuse('signature-spelling', 'the signature is not in the one spelling of its bytes')
  const signed = text.slice(0, encodedHeader.length + 1 + payload.length)
  return { ok: true, token: { header: header.object, payload, signature, signed } }
}

/** A header or payload, as an object. */
export function readSegment(segment: string): ReadObject {
  const bytes = decodeBase64url(segment, room)
  if (bytes === null) return { ok: false, reason: 'is not in the one spelling of its bytes' }
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return { ok: false, reason: 'is not UTF-8' }
  }
  return readPlainObject(text)
}
