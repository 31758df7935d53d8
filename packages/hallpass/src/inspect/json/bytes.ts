import type { JsonFault } from './fault.js'
import { Lines } from './places.js'
import { longestJson } from './read.js'

export type DecodedJson =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly fault: JsonFault }

/** The text in bytes that should be UTF-8 (RFC 8259, section 8.1); a byte order mark stays in it, to be refused in its place. */
export function decodeJson(bytes: Uint8Array): DecodedJson {
  if (bytes.length > longestJson) return tooLong(bytes.length)
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return notUtf8(bytes)
  }
}

function tooLong(length: number): DecodedJson {
  const message = `This is ${(length / 1e6).toFixed(0)} MB; up to ${longestJson / 1e6} MB are read at once. Split it first.`
  return refuse('too-long', message, '', 0)
}

function notUtf8(bytes: Uint8Array): DecodedJson {
  const offset = firstInvalid(bytes)
  const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, offset))
  const wide = bytes[0] === 0xff || bytes[0] === 0xfe || bytes[0] === 0
  const byte = (bytes[offset] ?? 0).toString(16).padStart(2, '0')
  const message = `Byte ${offset.toLocaleString('en')} (0x${byte}) does not belong to UTF-8, in which JSON is written. ${
    wide ? 'This looks like UTF-16: save' : 'Save'
  } the text as UTF-8.`
  return refuse('not-utf-8', message, before, before.length)
}

function refuse(kind: 'too-long' | 'not-utf-8', message: string, text: string, offset: number): DecodedJson {
  return { ok: false, fault: { kind, message, place: new Lines(text).place(offset, '$'), open: [], depth: 0 } }
}

function firstInvalid(bytes: Uint8Array): number {
  let i = 0
  for (let length = 1; length > 0 && i < bytes.length; i += length) length = sequenceLength(bytes, i)
  return i
}

/** Bytes of the character that begins here, by table 3-7 of the Unicode Standard; 0: none does. */
function sequenceLength(bytes: Uint8Array, start: number): number {
  const lead = bytes[start] ?? 0
  if (lead < 0x80) return 1
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0
  const second = bytes[start + 1] ?? 0
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  if (length === 0 || second < least || second > most) return 0
  for (let i = start + 2; i < start + length; i += 1) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return 0
  return length
}
