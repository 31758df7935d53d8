import type { JsonDocument } from 'hallpass/inspect'
import { Column } from './column'
import type { TextPart } from './messages'

/** Characters of a name or scalar that are shown in its line. */
const shownCharacters = 400

/** The lines of a document as it is when formatted: each is made when it is looked at. */
export class LineRows {
  readonly #document: JsonDocument
  /** The value or closing bracket of each line, in ascending order. */
  readonly #entries = new Column()
  readonly #depths = new Column()

  constructor(document: JsonDocument) {
    this.#document = document
    let depth = 0
    for (let entry = 0; entry < document.length; entry += 1) {
      if (document.isName(entry)) continue
      if (document.isClosing(entry)) depth -= 1
      // an empty container takes one line
      if (document.isClosing(entry) && document.closing(entry) === entry - 1) continue
      this.#entries.push(entry)
      this.#depths.push(depth)
      if (document.isContainer(entry)) depth += 1
    }
  }

  get length(): number {
    return this.#entries.length
  }

  entry(line: number): number {
    return this.#entries.at(line)
  }

  depth(line: number): number {
    return this.#depths.at(line)
  }

  /** The line of a name or value. */
  lineOf(entry: number): number {
    return this.#entries.lastUpTo(this.#document.isName(entry) ? entry + 1 : entry)
  }

  parts(line: number): readonly TextPart[] {
    const document = this.#document
    const entry = this.entry(line)
    const named = entry > 0 && document.isName(entry - 1)
    const name: readonly TextPart[] = named
      ? [
          { kind: 'name', text: shown(document, entry - 1) },
          { kind: 'mark', text: ': ' },
        ]
      : []
    return [...name, ...this.#value(entry)]
  }

  #value(entry: number): readonly TextPart[] {
    const document = this.#document
    const bracket = document.text.charAt(document.tape.start(entry))
    if (document.isClosing(entry)) return [{ kind: 'mark', text: bracket + this.#comma(entry + 1) }]
    if (!document.isContainer(entry)) {
      return [
        { kind: document.kind(entry), text: shown(document, entry) },
        { kind: 'mark', text: this.#comma(entry + 1) },
      ]
    }
    if (document.closing(entry) > entry + 1) return [{ kind: 'mark', text: bracket }]
    return [{ kind: 'mark', text: `${bracket === '{' ? '{}' : '[]'}${this.#comma(entry + 2)}` }]
  }

  #comma(next: number): string {
    return next >= this.#document.length || this.#document.isClosing(next) ? '' : ','
  }
}

/** A name or scalar as it is written; its beginning, where it is long. */
export function shown(document: JsonDocument, entry: number): string {
  const start = document.tape.start(entry)
  const end = document.tape.link(entry)
  if (end - start <= shownCharacters) return document.text.slice(start, end)
  return `${document.text.slice(start, start + shownCharacters)}…`
}
