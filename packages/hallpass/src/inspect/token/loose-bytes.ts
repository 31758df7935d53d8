import { decodeBase64url } from '../../crypto/base64url.js'
import type { Finding, TokenPart } from './finding.js'

export interface LooseBytes {
  readonly bytes: Uint8Array
  readonly findings: readonly Finding[]
}

/** Looseness that other decoders let pass: what each character of it is, and what stands for it; nothing for ''. */
const looseness: readonly (readonly [RegExp, message: string, (found: string) => string])[] = [
  [/\s/g, 'White space, which base64url does not have.', () => ''],
  [/=/g, 'Padding, which a JWS leaves out (RFC 7515, section 2).', () => ''],
  [
    /[+/]/g,
    'A character of plain base64, where base64url has - and _ (RFC 4648, section 5).',
    (found) => (found === '+' ? '-' : '_'),
  ],
  [/[^A-Za-z0-9_-]/g, 'A character that base64url does not have.', () => ''],
]

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The bytes of a part, as far as they can be told, and each kind of looseness at the first place where it stands. */
export function readLooseBytes(text: string, part: TokenPart): LooseBytes {
  const findings: Finding[] = []
  const found = (offset: number, message: string): void =>
    void findings.push({ part, unit: 'character', offset, message })
  let rest = text
  // Offsets are those of the original text: what is taken out is looked for there.
  let original = text
  for (const [pattern, message, standIn] of looseness) {
    const at = original.search(pattern)
    if (at === -1) continue
    found(at, message)
    rest = rest.replace(pattern, standIn)
    original = original.replace(pattern, 'A')
  }
  if (rest.length % 4 === 1) {
    found(text.length - 1, 'One character too many: it makes no whole byte.')
    rest = rest.slice(0, -1)
  }
  const exact = decodeBase64url(rest)
  if (exact !== null) return { bytes: exact, findings }
  found(text.length - 1, 'The last character holds bits that belong to no byte (RFC 4648, section 3.5).')
  return { bytes: decodeBase64url(withoutSpareBits(rest))!, findings }
}

function withoutSpareBits(text: string): string {
  const spare = text.length % 4 === 2 ? 0b1111 : 0b11
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)!) & ~spare]!
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()
const notUtf8 = 'This byte is not UTF-8, which JSON is written in. It is shown as a replacement character.'
const replacement = '\ufffd'

export interface LooseText {
  readonly text: string
  readonly findings: readonly Finding[]
}

/** Bytes as UTF-8; what is none is shown as U+FFFD, and the first place is told. */
export function readLooseText(bytes: Uint8Array, part: TokenPart): LooseText {
  try {
    return { text: strict.decode(bytes), findings: [] }
  } catch {
    const text = lenient.decode(bytes)
    const offset = firstForeignByte(bytes, text)
    return { text, findings: [{ part, unit: 'byte', offset, message: notUtf8 }] }
  }
}

/** Where the text first says U+FFFD and the bytes do not. */
function firstForeignByte(bytes: Uint8Array, text: string): number {
  let offset = 0
  let from = 0
  for (let at = text.indexOf(replacement); at !== -1; at = text.indexOf(replacement, from)) {
    offset += encoder.encode(text.slice(from, at)).length
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return offset
    offset += 3
    from = at + 1
  }
  return offset
}
