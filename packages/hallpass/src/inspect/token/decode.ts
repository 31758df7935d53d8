import { type JsonObject, readPlainObject } from '../../core/plain-json.js'
import { longestOpaqueToken, parseRefreshToken, parseSessionToken } from '../../core/token.js'
import type { Finding, TokenPart } from './finding.js'
import { type JsonMember, readMembers } from './json-members.js'
import { readLooseBytes, readLooseText } from './loose-bytes.js'
import { takeOff } from './taken-off.js'

/** Characters. What is longer is named and its beginning shown: nobody's tokens are, and a page must not freeze. */
export const longestDecoded = 32_768

export type TokenKind =
  | 'empty'
  | 'jws'
  | 'jwe'
  /** Looks like a JWS or JWE, and has another number of parts. */
  | 'other-parts'
  | 'session-token'
  | 'refresh-token'
  | 'jwk'
  | 'jwk-set'
  | 'json'
  | 'opaque'

/** A piece of the token, for drawing it. */
export interface Piece {
  readonly name: string
  /** As it stands in the token; masked where it is a secret. */
  readonly text: string
  readonly meaning: string
}

/** A header or payload, as far as it can be read. */
export interface ReadPart {
  /** The JSON, with U+FFFD for what is not UTF-8. */
  readonly json: string
  /** In the order of the text, also those that stand twice. */
  readonly members: readonly JsonMember[]
  /** As a verifier reads it; null where one refuses to. */
  readonly strict: JsonObject | null
}

export interface Decoded {
  readonly kind: TokenKind
  /** What it is, in a sentence or two. */
  readonly about: string
  /** Characters that were pasted. */
  readonly length: number
  /** Whether only its beginning was looked at. */
  readonly tooLong: boolean
  /** What stood around the token. */
  readonly takenOff: readonly string[]
  /** What is left: the token itself. */
  readonly token: string
  readonly pieces: readonly Piece[]
  readonly header: ReadPart | null
  readonly payload: ReadPart | null
  readonly findings: readonly Finding[]
}

type Found = Omit<Decoded, 'length' | 'tooLong' | 'takenOff' | 'token'>

/** Recognises what was pasted, and reads it as far as it can be read. Never throws, whatever it is given. */
export function decode(pasted: string): Decoded {
  const tooLong = pasted.length > longestDecoded
  const { token, takenOff } = takeOff(pasted.slice(0, longestDecoded))
  const found = recognised(token)
  const shown = tooLong && found.header !== null ? { ...found, about: words.beginning, findings: [] } : found
  return { ...shown, length: pasted.length, tooLong, takenOff, token }
}

function recognised(token: string): Found {
  if (token.trim() === '') return plain('empty', 'There is nothing here yet.')
  return ours(token) ?? json(token) ?? jose(token) ?? opaque(token)
}

function plain(kind: TokenKind, about: string, pieces: readonly Piece[] = []): Found {
  return { kind, about, pieces, header: null, payload: null, findings: [] }
}

const masked = '********'

function ours(token: string): Found | null {
  const session = parseSessionToken(token)
  if (session !== null) {
    return plain('session-token', words.sessionToken, [
      { name: 'kind', text: 'hp_s', meaning: 'A session token of Hallpass.' },
      idPiece(session.id),
      { name: 'secret', text: masked, meaning: '256 random bits. Whoever has them is the session; masked here.' },
    ])
  }
  const refresh = parseRefreshToken(token)
  if (refresh !== null) {
    return plain('refresh-token', words.refreshToken, [
      { name: 'kind', text: 'hp_r', meaning: 'A refresh token of Hallpass.' },
      idPiece(refresh.id),
      { name: 'generation', text: String(refresh.generation), meaning: 'How often the refresh token has rotated.' },
      {
        name: 'MAC',
        text: masked,
        meaning: "Proves id and generation under the session's chain secret; masked here.",
      },
    ])
  }
  if (!/^hp_[sr]\./.test(token)) return null
  const kind = token[3] === 's' ? 'session-token' : 'refresh-token'
  const more = token.length > longestOpaqueToken ? ' It is longer than any.' : ''
  return plain(kind, `${words.almostOurs}${more}`, [
    { name: 'beginning', text: token.slice(0, 4), meaning: 'The rest is not shown: some of it may be a secret.' },
  ])
}

function idPiece(id: string): Piece {
  return {
    name: 'session id',
    text: id,
    meaning: `A public name, no secret. Its first two characters name shard ${id.slice(0, 2)}.`,
  }
}

function json(token: string): Found | null {
  if (!/^\s*[{[]/.test(token)) return null
  const { kind, members, findings } = readMembers(token, 'token')
  const names = new Set(members.map(({ name }) => name))
  const has = (...some: readonly string[]): boolean => some.every((name) => names.has(name))
  const found = (kind: TokenKind, about: string): Found => ({ ...plain(kind, about), findings })
  if (kind === 'broken') return found('json', words.brokenJson)
  if (has('kty')) {
    const secret = ['d', 'k', 'p'].find((name) => names.has(name))
    return found(
      'jwk',
      secret === undefined ? words.jwk : `${words.jwk} It carries ${secret}, which is private: ${words.leaked}`,
    )
  }
  if (has('keys')) return found('jwk-set', words.jwkSet)
  if (has('payload') && (has('signatures') || has('signature'))) return found('json', words.jwsJson)
  if (has('ciphertext')) return found('json', words.jweJson)
  return found('json', words.json)
}

function jose(token: string): Found | null {
  const parts = token.split('.')
  if (parts.length < 2) return null
  const read = readPart(parts[0]!, 'header')
  if (!read.part.json.trimStart().startsWith('{') && !parts[0]!.startsWith('ey')) return null
  if (parts.length === 3) return jws(parts as [string, string, string], read)
  if (parts.length === 5) return jwe(parts, read)
  const count = parts.length === 2 ? words.twoParts : words.otherParts(parts.length)
  const payload = readPart(parts[1]!, 'payload')
  const pieces = parts.slice(0, 8).map((text, at) => ({ name: `part ${at + 1}`, text, meaning: '' }))
  return {
    ...{ kind: 'other-parts', about: count, pieces, header: read.part },
    payload: payload.part.json.trimStart().startsWith('{') ? payload.part : null,
    findings: read.findings,
  }
}

function jws([header, payload, signature]: [string, string, string], read: PartReading): Found {
  const claims = readPart(payload, 'payload')
  const { findings } = readLooseBytes(signature, 'signature')
  return {
    kind: 'jws',
    about: signature === '' ? words.unsigned : words.jws,
    pieces: [
      { name: 'header', text: header, meaning: 'How it is signed.' },
      { name: 'payload', text: payload, meaning: 'What it says: its claims. Anybody can read them.' },
      { name: 'signature', text: signature, meaning: 'Proves that whoever has the key wrote the other two.' },
    ],
    header: read.part,
    payload: claims.part,
    findings: [...read.findings, ...claims.findings, ...findings],
  }
}

const jweParts = ['header', 'encrypted key', 'initialization vector', 'ciphertext', 'authentication tag']
const jweMeanings = [
  'How it is encrypted; anybody can read it.',
  'The key of the content, encrypted for the recipient.',
  'Random bits, so that the same content is never encrypted alike.',
  'The content: only the recipient can read it.',
  'Proves that nothing was changed.',
]

function jwe(parts: readonly string[], { part, findings }: PartReading): Found {
  const pieces = parts.map((text, at) => ({ name: jweParts[at]!, text, meaning: jweMeanings[at]! }))
  const about = part.members.some(({ name }) => name === 'enc') ? words.jwe : words.fiveParts
  return { kind: 'jwe', about, pieces, header: part, payload: null, findings }
}

function opaque(token: string): Found {
  const parts = token.split('.').length
  return plain('opaque', parts === 3 ? words.noHeader : words.opaque)
}

interface PartReading {
  readonly part: ReadPart
  readonly findings: readonly Finding[]
}

function readPart(encoded: string, part: TokenPart): PartReading {
  const { bytes, findings: spelling } = readLooseBytes(encoded, part)
  const { text: json, findings: encoding } = readLooseText(bytes, part)
  const { members, findings } = readMembers(json, part)
  const strict = encoding.length === 0 ? readPlainObject(json) : null
  return {
    part: { json, members, strict: strict?.ok === true ? strict.object : null },
    findings: [...spelling, ...encoding, ...findings],
  }
}

const words = {
  jws: 'A signed token: a JWT in the compact form of JWS (RFC 7519, RFC 7515). It is signed, not encrypted.',
  unsigned: 'A token without a signature. Anybody can have written it.',
  jwe: 'An encrypted token: a JWE in the compact form (RFC 7516). Its header can be read; the rest only by its recipient.',
  fiveParts: 'Five parts, like an encrypted token (JWE, RFC 7516), but its header names no encryption (enc).',
  beginning: 'The beginning of what looks like a signed or encrypted token.',
  twoParts: 'Two parts: a signed token (JWS) that lost its signature, or a piece of one. A token has three.',
  otherParts: (count: number) => `${count} parts: a signed token (JWS) has three, an encrypted one (JWE) five.`,
  sessionToken:
    'A session token of Hallpass: opaque, so all that it means is in the store. Whoever has it is signed in.',
  refreshToken: 'A refresh token of Hallpass: good for one renewal, at the refresh endpoint alone.',
  almostOurs: 'It begins like a token of Hallpass, and is none: it is cut off, or something was added.',
  jwk: 'A JSON Web Key (RFC 7517): no token, but a key to check tokens with.',
  jwkSet: 'A JWK Set (RFC 7517): no token, but the keys of an issuer to check tokens with.',
  leaked: 'whoever has seen it can sign like its owner. If it is in use, replace it.',
  jwsJson:
    'A signed token in the JSON form of JWS (RFC 7515, section 7.2). Verifiers of access tokens take the compact form only.',
  jweJson: 'An encrypted token in the JSON form of JWE (RFC 7516, section 7.2).',
  json: 'JSON, and no token.',
  brokenJson: 'It begins like JSON, and is none.',
  noHeader: 'Three parts, but the first is no header of a token. Something else, and opaque.',
  opaque:
    'An opaque token, or something else: it has no parts that could be read. Only its issuer knows what it means.',
} as const
