import type { JsonDocument } from './document.js'
import { Paths } from './paths.js'
import { type JsonPlace, Lines } from './places.js'
import { type Expected, isWordPart, type Scanner } from './scanner.js'
import { type Said, sayings } from './sayings.js'

export type JsonFaultKind = keyof typeof sayings | 'not-utf-8' | 'too-long'

/** Why a text is no JSON. */
export interface JsonFault {
  readonly kind: JsonFaultKind
  /** What stands there, what was expected, and what to do: three sentences at most. */
  readonly message: string
  readonly place: JsonPlace
  /** The brackets that are open there, outermost first: the innermost three of them. */
  readonly open: readonly JsonPlace[]
  /** How many brackets are open there. */
  readonly depth: number
}

/** How many of the open brackets are told. */
const toldOpen = 3

/**
 * Finds out what is wrong where a scanner stopped, or at the end of a text that is not complete.
 * @param document what was read; what is not closed in it ends at its length
 */
export function faultOf(document: JsonDocument, scanner: Scanner): JsonFault {
  const { text, tape } = document
  const found = find(text, scanner)
  const paths = new Paths(document)
  const lines = new Lines(text)
  const containers = paths.containersOf(document.length)
  const depth = containers.length
  const innermost = Array.from({ length: Math.min(toldOpen, depth) }, (_, i) => depth - Math.min(toldOpen, depth) + i)
  const entries = innermost.map((level) => containers.at(level))
  const next = paths.toNext()
  const open = entries.map((entry) => lines.place(tape.start(entry), paths.to(entry)))
  const path = within(scanner, found) ? next : (open.at(-1)?.path ?? '$')
  const place = lines.place(found.offset, path)
  return { kind: found.kind, message: sayings[found.kind](said(text, scanner, found, open, depth)), place, open, depth }
}

/** Whether the mistake belongs to the next value, rather than to what holds it. */
function within(scanner: Scanner, found: Found): boolean {
  return scanner.broken !== -1 || scanner.expected !== 'comma-or-end' || found.kind === 'missing-comma'
}

interface Found {
  readonly kind: keyof typeof sayings
  readonly offset: number
}

function find(text: string, scanner: Scanner): Found {
  const offset = scanner.broken === -1 ? scanner.position : scanner.broken
  if (scanner.broken !== -1) {
    const kind = inToken(text, scanner.position, offset)
    return { kind, offset: kind === 'unterminated-string' ? text.length : offset }
  }
  if (offset >= text.length) return { kind: scanner.tape.length === 0 ? 'empty' : 'cut-off', offset: text.length }
  const kind = between(text, offset, scanner.expected)
  // the comma is what to remove, not the bracket behind it
  if (kind === 'trailing-comma') return { kind, offset: text.lastIndexOf(',', offset) }
  return { kind, offset }
}

/** Within a string or number that begins at `start`. */
function inToken(text: string, start: number, offset: number): keyof typeof sayings {
  if (offset >= text.length) return text[start] === '"' ? 'unterminated-string' : 'cut-off-number'
  const code = text.charCodeAt(offset)
  if (text[start] === '"') {
    if (code === 0x5c) return isCutEscape(text, offset) ? 'unterminated-string' : 'bad-escape'
    return code === 0x0a || code === 0x0d ? 'line-break-in-string' : 'control-character'
  }
  if (text.startsWith('-Infinity', start)) return 'not-a-number'
  if (code === 0x30) return 'leading-zero'
  return /^-?0[xob]/i.test(text.slice(start, offset + 1)) ? 'number-base' : 'bad-number'
}

/** Whether the text ends before the escape sequence does. */
function isCutEscape(text: string, offset: number): boolean {
  return text.length - offset < 6 && /^\\(?:u[\da-f]*)?$/i.test(text.slice(offset))
}

/** Between strings, numbers and words. */
function between(text: string, offset: number, expected: Expected): keyof typeof sayings {
  const two = text.slice(offset, offset + 2)
  const one = two.charAt(0)
  if (one === '\ufeff') return 'byte-order-mark'
  if (two === '//' || two === '/*' || one === '#') return 'comment'
  if (/[\u2018-\u201f]/.test(one)) return 'typographic-quote'
  if (expected === 'nothing') return /[\]}]/.test(one) ? 'unopened-bracket' : 'second-value'
  if (/[\]}]/.test(one)) return closing(text, offset, expected)
  if (one === ',') return expected === 'colon' ? 'missing-colon' : 'missing-value'
  if (one === "'" || one === '`') return 'single-quote'
  if (expected === 'colon') return 'missing-colon'
  if (expected === 'comma-or-end') return /["[{\-\w]/.test(one) ? 'missing-comma' : 'unexpected-character'
  if (expected === 'name' || expected === 'name-or-end') return name(text, offset)
  return value(text, offset)
}

function closing(text: string, offset: number, expected: Expected): keyof typeof sayings {
  if (expected === 'colon') return 'missing-colon'
  if (expected === 'name-or-end' || expected === 'value-or-end' || expected === 'comma-or-end') return 'wrong-bracket'
  const before = text.slice(0, offset).trimEnd()
  return before.endsWith(',') ? 'trailing-comma' : 'missing-value'
}

function name(text: string, offset: number): keyof typeof sayings {
  const code = text.charCodeAt(offset)
  return isWordPart(code) || code >= 0xaa ? 'unquoted-name' : 'unexpected-character'
}

function value(text: string, offset: number): keyof typeof sayings {
  const word = wordAt(text, offset)
  if (/^(?:NaN|Infinity)$/.test(word)) return 'not-a-number'
  if (word === 'undefined') return 'undefined'
  if (/^(?:true|false|null|none)$/i.test(word)) return 'misspelt-word'
  if (word !== '' && !/^\d/.test(word)) return 'unquoted-string'
  if (/^\+[\d.I]/.test(text.slice(offset, offset + 2))) return 'leading-plus'
  if (/^\.\d/.test(text.slice(offset, offset + 2))) return 'leading-point'
  return 'unexpected-character'
}

function wordAt(text: string, offset: number): string {
  return /^[\w$\u00aa-\ud7ff]*/.exec(text.slice(offset, offset + 40))?.[0] ?? ''
}

function said(text: string, scanner: Scanner, found: Found, open: readonly JsonPlace[], depth: number): Said {
  const innermost = open.at(-1)
  const opened = innermost === undefined ? '' : text.charAt(innermost.offset)
  const start = scanner.broken === -1 ? found.offset : scanner.position
  return {
    written: text.slice(found.offset, found.offset + 12),
    word: wordAt(text, start) || text.slice(start, start + 12),
    expected: scanner.expected,
    opened,
    openedAt: innermost,
    open: open.map((place) => ({ bracket: text.charAt(place.offset), place })),
    depth,
  }
}
