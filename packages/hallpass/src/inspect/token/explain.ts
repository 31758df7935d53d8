import { isTime } from '../../core/claim-rules.js'
import { utf8Length } from '../../core/utf8.js'
import type { Decoded, ReadPart } from './decode.js'
import type { JsonMember } from './json-members.js'
import { meaningOf } from './meanings.js'
import { type TimePlace, tellTime, type ToldTime } from './times.js'

/** One member of a header or payload, with what it means. */
export interface ExplainedMember {
  readonly name: string
  /** As it is written, its end left out where it is long. */
  readonly value: string
  /** Bytes of UTF-8 in the JSON: name, colon and value. */
  readonly bytes: number
  readonly meaning: string
  /** Where that is written; null for names of the issuer's own. */
  readonly standard: string | null
  /** Of a time that is one. */
  readonly time: ToldTime | null
  /** The time in a sentence, or why it is none; null for everything that is no time. */
  readonly note: string | null
}

export interface Explained {
  readonly header: readonly ExplainedMember[]
  readonly payload: readonly ExplainedMember[]
  /** What the token and its parts weigh. */
  readonly size: string
}

/** More is cut off: a page and a terminal show it all the same. */
const longestValue = 400
const longestName = 120
/** Seconds. A time beyond the year 5138 was counted in milliseconds. */
const milliseconds = 1e11

/** What each member of header and payload means, how much it weighs, and for times when that is. */
export function explain(decoded: Decoded, now: number, place: TimePlace = {}): Explained {
  const { header, payload, token } = decoded
  return {
    header: members('header', header, now, place),
    payload: members('payload', payload, now, place),
    size: sizeSentence(token, header, payload),
  }
}

function members(
  part: 'header' | 'payload',
  read: ReadPart | null,
  now: number,
  place: TimePlace,
): readonly ExplainedMember[] {
  return (read?.members ?? []).map((member) => explained(part, member, now, place))
}

function explained(
  part: 'header' | 'payload',
  { name, value, source }: JsonMember,
  now: number,
  place: TimePlace,
): ExplainedMember {
  const { meaning, standard, isTime: shouldBeTime } = meaningOf(part, name)
  const time = shouldBeTime ? timeOf(value, now, place) : null
  return {
    name: cut(name, longestName),
    value: cut(value, longestValue),
    bytes: utf8Length(source),
    ...{ meaning, standard, time },
    note: shouldBeTime ? noteOf(name, value, time) : null,
  }
}

function timeOf(value: string, now: number, place: TimePlace): ToldTime | null {
  const number = /^[-0-9]/.test(value) ? Number(value) : NaN
  return isTime(number) ? tellTime(number, now, place) : null
}

function noteOf(name: string, value: string, time: ToldTime | null): string {
  if (time === null) return `No time: ${whyNoTime(value)}`
  const here = time.local === time.utc ? '' : `here ${time.local}; `
  const when = `${time.utc}; ${here}${time.relative}.`
  if (Number(value) > milliseconds) return `${when} Were milliseconds meant? RFC 7519 counts seconds.`
  if (name === 'exp') return `${when} ${time.isPast ? 'It has expired.' : 'It has not expired.'}`
  if (name === 'nbf' && !time.isPast) return `${when} It is not good yet.`
  if (name === 'iat' && !time.isPast) return `${when} That lies in the future.`
  return when
}

function whyNoTime(value: string): string {
  if (value.startsWith('"')) return 'it is text, and RFC 7519 wants a number of seconds since 1970.'
  if (!/^[-0-9]/.test(value)) return 'RFC 7519 wants a number of seconds since 1970.'
  return Number(value) > 0 ? 'the number is larger than any date.' : 'it is not a number above 0.'
}

/** The expiry that the token states, however little it can be trusted; null where it states none that is a time. */
export function statedExpiry({ payload }: Decoded, now: number, place: TimePlace = {}): ToldTime | null {
  const last = payload?.members.filter(({ name }) => name === 'exp').at(-1)
  return last === undefined ? null : timeOf(last.value, now, place)
}

function sizeSentence(token: string, header: ReadPart | null, payload: ReadPart | null): string {
  const bytes = (count: number): string => `${count.toLocaleString('en')} B`
  const parts = [
    ...(header === null ? [] : [`header ${bytes(utf8Length(header.json))}`]),
    ...(payload === null ? [] : [`payload ${bytes(utf8Length(payload.json))}`]),
  ]
  const decoded = parts.length === 0 ? '' : `; decoded: ${parts.join(', ')}`
  return `${bytes(utf8Length(token))} travel with every request${decoded}.`
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}... (${text.length.toLocaleString('en')} characters)`
}
