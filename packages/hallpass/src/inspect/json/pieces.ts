/** Code units in a piece: as many as a call takes arguments, with room to spare. */
const size = 1 << 14

/**
 * Puts a long text together, and gives it away piece by piece. It keeps code units rather than strings: millions of short
 * strings to be joined are what garbage collection takes longest over.
 */
export class Pieces {
  readonly #units = new Uint16Array(size)
  readonly #take: (piece: string) => void
  #length = 0

  constructor(take: (piece: string) => void) {
    this.#take = take
  }

  put(unit: number): void {
    if (this.#length === size) this.end()
    this.#units[this.#length] = unit
    this.#length += 1
  }

  /** Part of a text. */
  copy(text: string, start: number, end: number): void {
    if (this.#length + end - start > size) this.end()
    if (end - start > size) return this.#take(text.slice(start, end))
    let length = this.#length
    for (let i = start; i < end; i += 1) {
      this.#units[length] = text.charCodeAt(i)
      length += 1
    }
    this.#length = length
  }

  /** Gives away what there is. */
  end(): void {
    if (this.#length === 0) return
    this.#take(String.fromCharCode.apply(null, this.#units.subarray(0, this.#length) as unknown as number[]))
    this.#length = 0
  }
}
