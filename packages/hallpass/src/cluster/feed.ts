import { HallpassError } from '../core/errors.js'
import type { EntryKind, LogEntry, LogReading, LogTerms, Membership, Position } from '../core/log.js'
import type { EndReason } from '../core/session.js'

/**
 * The revocation log on the wire, between an instance and those below it: JSON in UTF-8. Fields that are not known are
 * passed over, so that later versions may add some; whatever else is not as it must be is refused, and never applied.
 * docs/protocol.md has the same for those who speak it in other languages.
 */

/** The version of the messages. One that changes what an earlier reader would make of a message raises it. */
export const wireProtocol = 1

/** Where an instance serves its log (RFC 8615). */
export const logPath = '/.well-known/hallpass/log'
export const leasePath = `${logPath}/lease`
export const positionPath = `${logPath}/position`

/** Bytes of a request. */
export const longestRequest = 4096
/** Bytes of an answer: some 300,000 entries. */
export const longestAnswer = 64 * 1024 * 1024
/** Characters of a line of the stream: several times the longest entry. */
export const longestLine = 16_384

/** Characters of an id, a mark or an identity; of what an entry is about; and of an issuer. */
const longest = { name: 128, target: 1024, deployment: 2048 } as const

/** What is asked for when a lease is. */
export interface LeaseRequest {
  readonly member: Membership
  readonly terms: LogTerms
  readonly after: Position | null
}

export interface Acknowledgement {
  readonly incarnation: string
  readonly position: Position
}

export function encodeLeaseRequest({ member, terms, after }: LeaseRequest): string {
  return JSON.stringify({ protocol: wireProtocol, member, terms, after })
}

/** Errors, of this and of all below: `Malformed`. */
export function readLeaseRequest(text: string): LeaseRequest {
  const message = readMessage(text)
  return {
    member: member(object(message, 'member')),
    terms: terms(object(message, 'terms')),
    after: message['after'] === null ? null : position(object(message, 'after')),
  }
}

/** Those that many ask for are written once. */
const written = new WeakMap<LogEntry, string>()

export function encodeEntry(entry: LogEntry): string {
  const known = written.get(entry)
  if (known !== undefined) return known
  const { sequence, previous, id, kind, target, counter, kept, because } = entry
  const text = JSON.stringify({ sequence, previous, id, kind, target, counter, kept, because })
  written.set(entry, text)
  return text
}

export function encodeReading({ entries, identity, terms, time, start, held, leaseFor }: LogReading): string {
  const rest = JSON.stringify({ protocol: wireProtocol, identity, terms, time, start, held, leaseFor })
  return `${rest.slice(0, -1)},"entries":[${entries.map(encodeEntry).join(',')}]}`
}

export function readReading(text: string): LogReading {
  const message = readMessage(text)
  const { held, entries } = message
  if (typeof held !== 'boolean') throw new Malformed('held')
  if (!Array.isArray(entries)) throw new Malformed('entries')
  return {
    identity: name(message, 'identity'),
    terms: terms(object(message, 'terms')),
    time: message['time'] === null ? null : duration(message, 'time'),
    start: position(object(message, 'start')),
    held,
    entries: entries.map((one) => entry(objectIn(one, 'entries'))),
    leaseFor: message['leaseFor'] === null ? null : duration(message, 'leaseFor'),
  }
}

export function readEntry(text: string): LogEntry {
  return entry(readObject(text))
}

export function encodeAcknowledgement({ incarnation, position }: Acknowledgement): string {
  return JSON.stringify({ protocol: wireProtocol, incarnation, position })
}

export function readAcknowledgement(text: string): Acknowledgement {
  const message = readMessage(text)
  return { incarnation: name(message, 'incarnation'), position: position(object(message, 'position')) }
}

export function encodeOutcome(outcome: string): string {
  return JSON.stringify({ protocol: wireProtocol, outcome })
}

/** One of the outcomes that are expected. */
export function readOutcome<Outcome extends string>(text: string, expected: readonly Outcome[]): Outcome {
  const outcome = expected.find((one) => one === readMessage(text)['outcome'])
  if (outcome === undefined) throw new Malformed('outcome')
  return outcome
}

/** The position as the id of an event in the stream. */
export function encodePosition({ sequence, id }: Position): string {
  return `${sequence}.${id}`
}

/** Null where it is none: a stream that begins anywhere else is no trouble, its reader renews. */
export function readPosition(text: string): Position | null {
  const [, sequence, id = ''] = /^(0|[1-9][0-9]{0,15})\.([\x21-\x7e]{1,128})$/.exec(text) ?? []
  return sequence === undefined || !Number.isSafeInteger(Number(sequence)) ? null : { sequence: Number(sequence), id }
}

/** A message that is not one. */
export class Malformed extends HallpassError {
  constructor(field: string) {
    const problem = 'is not what the protocol says.'
    super('bad-request', {
      mistakes: [{ field, problem, remedy: 'See docs/protocol.md.' }],
      reason: `${field} ${problem}`,
    })
  }
}

type Message = Readonly<Record<string, unknown>>

function readMessage(text: string): Message {
  const message = readObject(text)
  if (message['protocol'] !== wireProtocol) throw new Malformed('protocol')
  return message
}

function readObject(text: string): Message {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Malformed('body')
  }
  return objectIn(value, 'body')
}

function objectIn(value: unknown, field: string): Message {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed(field)
  return value as Message
}

function object(message: Message, field: string): Message {
  return objectIn(message[field], field)
}

function text(message: Message, field: string, most: number): string {
  const value = message[field]
  if (typeof value !== 'string' || value === '' || value.length > most) throw new Malformed(field)
  return value
}

/** What identifies something: visible ASCII, so that it can stand in a header. */
function name(message: Message, field: string): string {
  const value = text(message, field, longest.name)
  if (!/^[\x21-\x7e]+$/.test(value)) throw new Malformed(field)
  return value
}

function count(message: Message, field: string): number {
  const value = message[field]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new Malformed(field)
  return value
}

/** Milliseconds, perhaps with a fraction. */
function duration(message: Message, field: string): number {
  const value = message[field]
  if (typeof value !== 'number' || !(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) throw new Malformed(field)
  return value
}

function position(message: Message): Position {
  return { sequence: count(message, 'sequence'), id: name(message, 'id') }
}

function member(message: Message): Membership {
  return {
    incarnation: name(message, 'incarnation'),
    mark: name(message, 'mark'),
    renewal: count(message, 'renewal'),
    lease: duration(message, 'lease'),
    lastKnownGood: duration(message, 'lastKnownGood'),
  }
}

function terms(message: Message): LogTerms {
  return {
    deployment: text(message, 'deployment', longest.deployment),
    protocol: count(message, 'protocol'),
    retention: duration(message, 'retention'),
  }
}

/** What an entry of each kind must say, for a view to know what to make of it. */
const required: { readonly [Kind in EntryKind]: readonly ('target' | 'counter')[] } = {
  session: ['target'],
  subject: ['target', 'counter'],
  everything: ['counter'],
  changed: ['target'],
  token: ['target'],
  key: [],
  forgot: [],
}

const endReasons: { readonly [Reason in EndReason]: true } = {
  'signed-out': true,
  'signed-in-again': true,
  revoked: true,
  reused: true,
  'store-forgot': true,
  'subject-revoked': true,
  'everything-revoked': true,
  replaced: true,
  idle: true,
  absolute: true,
  absent: true,
}

function entry(message: Message): LogEntry {
  const kind = text(message, 'kind', longest.name)
  if (!Object.hasOwn(required, kind)) throw new Malformed('kind')
  const optional = <Value>(field: string, read: (message: Message, field: string) => Value): Value | null =>
    message[field] === null || message[field] === undefined ? null : read(message, field)
  const about = (message: Message, field: string): string => text(message, field, longest.target)
  const because = optional('because', about)
  const read: LogEntry = {
    sequence: count(message, 'sequence'),
    previous: name(message, 'previous'),
    id: name(message, 'id'),
    kind: kind as EntryKind,
    target: optional('target', about),
    counter: optional('counter', count),
    kept: optional('kept', about),
    // A reason that is not known here ended the session as well.
    because: because !== null && Object.hasOwn(endReasons, because) ? (because as EndReason) : null,
  }
  const missing = required[read.kind].find((field) => read[field] === null)
  if (missing !== undefined || read.sequence === 0) throw new Malformed(missing ?? 'sequence')
  return read
}
