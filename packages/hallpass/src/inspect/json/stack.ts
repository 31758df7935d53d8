/** A stack of entries: four bytes each, however deep a document is. */
export class Stack {
  #entries = new Uint32Array(64)
  length = 0

  push(entry: number): void {
    if (this.length === this.#entries.length) {
      const grown = new Uint32Array(2 * this.length)
      grown.set(this.#entries)
      this.#entries = grown
    }
    this.#entries[this.length] = entry
    this.length += 1
  }

  pop(): number {
    this.length = Math.max(0, this.length - 1)
    return this.#entries[this.length] ?? 0
  }

  at(level: number): number {
    return this.#entries[level] ?? 0
  }

  raise(level: number): void {
    this.#entries[level] = this.at(level) + 1
  }
}
