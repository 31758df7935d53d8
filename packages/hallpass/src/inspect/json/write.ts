import type { JsonDocument } from './document.js'
import { Pieces } from './pieces.js'
import { longestJson, readJson } from './read.js'
import { finish, type Work } from './work.js'

/** What one level is indented by; "": all in one line, without any blank. */
export type JsonIndent = '  ' | '    ' | '\t' | ''

const colon = ': '

/** Entries between two steps. */
const step = 1 << 15

/**
 * Writes a document, or one value of it, numbers and strings exactly as they stand in its text.
 * @param take is given the text piece by piece
 */
export function* writing(
  document: JsonDocument,
  indent: JsonIndent,
  take: (piece: string) => void,
  value = 0,
): Work<void> {
  const { text, tape } = document
  const out = new Pieces(take)
  const line = lineWriter(out, indent)
  const end = document.after(value)
  let depth = 0
  for (let entry = value; entry < end; entry += 1) {
    if ((entry - value) % step === step - 1) yield (entry - value) / (end - value)
    const start = tape.start(entry)
    const code = text.charCodeAt(start)
    if (code === 0x7d || code === 0x5d) {
      depth -= 1
      if (tape.link(entry) !== entry - 1) line(depth)
      out.put(code)
      continue
    }
    const before = entry === value ? 'nothing' : document.role(entry - 1)
    if (before === 'value') out.put(0x2c)
    if (before === 'value' || before === 'opening') line(depth)
    if (code === 0x7b || code === 0x5b) {
      out.put(code)
      depth += 1
    } else {
      out.copy(text, start, tape.link(entry))
      if (tape.isName(entry)) out.copy(colon, 0, indent === '' ? 1 : 2)
    }
  }
  out.end()
}

/** The length of what `writing` writes, in characters: a deep document may have a thousand times that of its text. */
export function writtenLength(document: JsonDocument, indent: JsonIndent, value = 0): number {
  const { tape } = document
  const end = document.after(value)
  const lineLength = (depth: number): number => (indent === '' ? 0 : 1 + depth * indent.length)
  let length = 0
  let depth = 0
  for (let entry = value; entry < end; entry += 1) {
    if (document.isClosing(entry)) {
      depth -= 1
      length += 1 + (tape.link(entry) === entry - 1 ? 0 : lineLength(depth))
      continue
    }
    const before = entry === value ? 'nothing' : document.role(entry - 1)
    if (before === 'value') length += 1
    if (before === 'value' || before === 'opening') length += lineLength(depth)
    if (document.isContainer(entry)) {
      length += 1
      depth += 1
    } else {
      length += tape.link(entry) - tape.start(entry)
      if (tape.isName(entry)) length += indent === '' ? 1 : 2
    }
  }
  return length
}

/** Why a document is not to be written so; null where nothing speaks against it. */
export function refusalToWrite(document: JsonDocument, indent: JsonIndent): string | null {
  const length = writtenLength(document, indent)
  if (length <= longestJson) return null
  const size = length < 1e9 ? `${Math.round(length / 1e6)} MB` : `${(length / 1e9).toFixed(1)} GB`
  return `Indented so, this would take ${size}, since its brackets are nested so deep. Indent it less, or minify it.`
}

/** `writing`, all at once, as one string. */
export function writeJson(document: JsonDocument, indent: JsonIndent, value = 0): string {
  const pieces: string[] = []
  finish(writing(document, indent, (text) => pieces.push(text), value))
  return pieces.join('')
}

/** Characters that are indented just to be looked at. */
const longestShown = 16_777_216

/** JSON indented by two, or as it is where it is nested so deep that this would be mostly indentation; null for what is none. */
export function prettyJson(text: string): string | null {
  const reading = readJson(text)
  if (!reading.ok) return null
  return writtenLength(reading.document, '  ') > longestShown ? text : writeJson(reading.document, '  ')
}

function lineWriter(out: Pieces, indent: JsonIndent): (depth: number) => void {
  if (indent === '') return () => undefined
  let line = '\n'
  return (depth) => {
    while (line.length <= depth * indent.length) line += line.length === 1 ? indent : line.slice(1)
    out.copy(line, 0, 1 + depth * indent.length)
  }
}
