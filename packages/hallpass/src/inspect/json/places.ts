/** A place in a JSON text. */
export interface JsonPlace {
  /** UTF-16 code units from the start of the text, from 0: the index into the string. */
  readonly offset: number
  /** From 1. A line ends with U+000A. */
  readonly line: number
  /** From 1, in UTF-16 code units, as most editors count. */
  readonly column: number
  /** The value that stands there, from the root: `$.keys[3].kid`. */
  readonly path: string
}

/** Finds lines and columns; from one place to a later one it goes on where it was. */
export class Lines {
  readonly #text: string
  #line = 1
  #start = 0
  #next: number

  constructor(text: string) {
    this.#text = text
    this.#next = text.indexOf('\n')
  }

  place(offset: number, path: string): JsonPlace {
    if (offset < this.#start) {
      this.#line = 1
      this.#start = 0
      this.#next = this.#text.indexOf('\n')
    }
    while (this.#next !== -1 && this.#next < offset) {
      this.#line += 1
      this.#start = this.#next + 1
      this.#next = this.#text.indexOf('\n', this.#start)
    }
    return { offset, line: this.#line, column: offset - this.#start + 1, path }
  }
}

/** What stands around a place in its line, to be shown above a caret. */
export interface JsonExcerpt {
  /** A single line; what a screen would not show as one character each, tabs and controls, is a blank. */
  readonly text: string
  /** How many characters of `text` stand before the place. */
  readonly caret: number
}

/** @param width characters at most, those for "…" included */
export function excerptAt(text: string, place: JsonPlace, width = 72): JsonExcerpt {
  const lineStart = place.offset - place.column + 1
  const lineEnd = endOfLine(text, place.offset)
  const from = Math.max(lineStart, place.offset - (width >> 1))
  const to = Math.min(lineEnd, from + width)
  const before = `${from > lineStart ? '…' : ''}${shown(text.slice(from, place.offset))}`
  return { text: `${before}${shown(text.slice(place.offset, to))}${to < lineEnd ? '…' : ''}`, caret: before.length }
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  if (end === -1) return text.length
  return end > offset && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end
}

function shown(part: string): string {
  return part.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
}
