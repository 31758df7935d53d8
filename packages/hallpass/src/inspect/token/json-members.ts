import type { Finding, TokenPart } from './finding.js'
import { JsonDocument } from '../json/document.js'
import { Paths } from '../json/paths.js'
import { Lines } from '../json/places.js'
import { closeAll, type Expected, Scanner } from '../json/scanner.js'
import { Tape } from '../json/tape.js'
import { WarningsNoted } from '../json/warnings.js'

/** A member at the top of an object, exactly as it is written: also one of two with the same name. */
export interface JsonMember {
  readonly name: string
  /** The text of the value. */
  readonly value: string
  /** From the beginning of the name to the end of the value. */
  readonly source: string
}

export interface MembersReading {
  /** `broken`: no JSON; what stands before the error was read. */
  readonly kind: 'object' | 'other' | 'broken'
  /** Of an object, in the order of the text. */
  readonly members: readonly JsonMember[]
  readonly findings: readonly Finding[]
}

/** More would be noise. */
const mostFindings = 20
const mostMembers = 300

/** Reads JSON as far as it can be read, and tells each place that parsers disagree on (RFC 8725, section 2.13). */
export function readMembers(text: string, part: TokenPart): MembersReading {
  const document = new JsonDocument(text, new Tape(text.length >> 3))
  const noted = new WarningsNoted(document)
  const scanner = new Scanner(document, noted)
  scanner.scan(text.length)
  closeAll(scanner)
  const findings = noted
    .told()
    .slice(0, mostFindings)
    .map<Finding>(({ place, message }) => ({ part, ...place, unit: 'json', message }))
  const isObject = document.length > 0 && document.kind(0) === 'object'
  const end = scanner.broken === -1 ? scanner.position : scanner.broken
  const members = isObject ? membersOf(document, end) : []
  if (end === text.length && scanner.expected === 'nothing') {
    return { kind: isObject ? 'object' : 'other', members, findings }
  }
  const place = new Lines(text).place(end, new Paths(document).toNext())
  return {
    kind: 'broken',
    members,
    findings: [...findings, { part, ...place, unit: 'json', message: fault(scanner, text.length) }],
  }
}

/** What the JSON page tells of it at length: this one loads nothing later, and every word of it weighs. */
function fault({ tape, position, broken, expected }: Scanner, length: number): string {
  if (Math.max(position, broken) >= length) return tape.length === 0 ? 'There is no JSON.' : 'The JSON ends too early.'
  if (broken !== -1) return 'No JSON: this character cannot stand in this string or number.'
  return `No JSON: ${expectedWords[expected]} belongs here.`
}

const expectedWords: { readonly [expected in Expected]: string } = {
  value: 'a value',
  'value-or-end': 'a value or ]',
  'name-or-end': 'a name in quotes or }',
  name: 'a name in quotes',
  colon: 'a colon',
  'comma-or-end': 'a comma or the end of what is open',
  nothing: 'nothing more',
}

/** @param end where reading ended */
function membersOf(document: JsonDocument, end: number): readonly JsonMember[] {
  const { text, tape } = document
  const members: JsonMember[] = []
  for (let name = 1; name + 1 < document.length && members.length < mostMembers;) {
    if (!document.isName(name)) break
    const value = name + 1
    const closing = document.closing(value)
    const isOpen = document.isContainer(value) && closing >= document.length
    const valueEnd = isOpen ? end : document.isContainer(value) ? tape.start(closing) + 1 : tape.link(value)
    const source = text.slice(tape.start(name), valueEnd)
    members.push({ name: document.string(name), value: text.slice(tape.start(value), valueEnd), source })
    name = document.after(value)
  }
  return members
}
