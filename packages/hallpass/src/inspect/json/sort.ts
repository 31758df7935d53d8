import { JsonDocument } from './document.js'
import { Tape } from './tape.js'
import type { Work } from './work.js'

/** Entries between two steps. */
const step = 1 << 16

/** A container on the way: what of it comes next. */
interface Level {
  readonly opening: number
  readonly end: number
  /** Its members' names in their new order; null where they stand in it already, and in arrays. */
  readonly order: Uint32Array | null
  next: number
}

/**
 * The same document with the members of every object in the order of their names, by UTF-16 code units, as RFC 8785
 * has it; members of one name stay in the order in which they stood. It is a new index over the same text.
 */
export function* sorting(document: JsonDocument): Work<JsonDocument> {
  const tape = new Tape(document.length)
  const levels: Level[] = []
  let entry = 0
  let done = false
  while (!done) {
    if (tape.length % step === 0) yield tape.length / document.length
    if (document.isContainer(entry)) levels.push(opened(document, tape, entry))
    else tape.copy(document.tape, entry, document.tape.link(entry))
    entry = nextEntry(document, tape, levels)
    done = entry === -1
  }
  return new JsonDocument(document.text, tape)
}

function opened(document: JsonDocument, tape: Tape, container: number): Level {
  const opening = tape.copy(document.tape, container, 0)
  const order = document.kind(container) === 'object' ? orderOf(document, container) : null
  return { opening, end: document.closing(container), order, next: order === null ? container + 1 : 0 }
}

/** @returns the next value, with its name copied and all that ends before it closed; -1 behind the last */
function nextEntry(document: JsonDocument, tape: Tape, levels: Level[]): number {
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const entry = takeNext(document, level)
    if (entry !== -1) {
      if (!document.isName(entry)) return entry
      tape.copy(document.tape, entry, document.tape.link(entry))
      return entry + 1
    }
    tape.relink(level.opening, tape.copy(document.tape, level.end, level.opening))
    levels.pop()
  }
  return -1
}

function takeNext(document: JsonDocument, level: Level): number {
  if (level.order !== null) {
    const entry = level.order[level.next] ?? -1
    level.next += 1
    return entry
  }
  const entry = level.next
  if (entry === level.end) return -1
  level.next = document.after(document.isName(entry) ? entry + 1 : entry)
  return entry
}

function orderOf(document: JsonDocument, object: number): Uint32Array | null {
  const members: { readonly entry: number; readonly name: string }[] = []
  let inOrder = true
  for (const value of document.children(object)) {
    const name = document.string(value - 1)
    inOrder &&= (members.at(-1)?.name ?? '') <= name
    members.push({ entry: value - 1, name })
  }
  if (inOrder) return null
  members.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return Uint32Array.from(members, ({ entry }) => entry)
}
