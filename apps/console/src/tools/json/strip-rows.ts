import { Column } from './column'

/** Characters in a strip. */
const width = 160

/** A text as it stands, its lines cut into strips that fit a screen: one line may be the whole of 50 MB. */
export class StripRows {
  readonly #text: string
  readonly #starts = new Column()
  readonly #lines = new Column()

  constructor(text: string) {
    this.#text = text
    let line = 1
    for (let start = 0; start <= text.length; line += 1) {
      const next = text.indexOf('\n', start)
      const end = next === -1 ? text.length : next
      for (let strip = start; strip < end || strip === start; strip += width) {
        this.#starts.push(strip)
        this.#lines.push(line)
      }
      start = end + 1
    }
  }

  get length(): number {
    return this.#starts.length
  }

  /** @returns the number of its line where it begins one, where it begins, and its text without the line's end */
  at(row: number): { readonly number: number | null; readonly start: number; readonly text: string } {
    const start = this.#starts.at(row)
    const goesOn = row > 0 && this.#lines.at(row - 1) === this.#lines.at(row)
    const end = row + 1 < this.length ? this.#starts.at(row + 1) : this.#text.length
    const text = this.#text.slice(start, end).replace(/\r?\n$/, '')
    return { number: goesOn ? null : this.#lines.at(row), start, text }
  }

  rowOf(offset: number): number {
    return Math.max(0, this.#starts.lastUpTo(offset))
  }
}
