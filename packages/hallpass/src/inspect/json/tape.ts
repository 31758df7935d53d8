/** In a link: what was opened last is not closed yet, and nothing is open around it. */
export const none = 0xffff_ffff

// no engine has strings of 2 ** 30 characters: the two bits above are free
const nameMark = 0x8000_0000
const escapedMark = 0x4000_0000
const placeMask = 0x3fff_ffff

/**
 * Where everything stands in a JSON text: one entry for each name, scalar, opening and closing bracket, in their order.
 * Eight bytes an entry instead of an object for each value, so that memory stays a small multiple of the text's.
 */
export class Tape {
  /** Where the entry begins in the text, and the marks of names and of escape sequences. */
  #starts: Uint32Array
  /** Of a name or scalar: where it ends in the text. Of a bracket: the entry of its counterpart. */
  #links: Uint32Array
  length = 0

  /** @param expected entries; more are taken, at the cost of a copy */
  constructor(expected: number) {
    this.#starts = new Uint32Array(Math.max(16, expected))
    this.#links = new Uint32Array(Math.max(16, expected))
  }

  /** @returns the new entry */
  push(start: number, link: number): number {
    const entry = this.length
    if (entry === this.#starts.length) this.#grow()
    this.#starts[entry] = start
    this.#links[entry] = link
    this.length = entry + 1
    return entry
  }

  pushString(start: number, end: number, is: { readonly name: boolean; readonly escaped: boolean }): number {
    return this.push((start | (is.name ? nameMark : 0) | (is.escaped ? escapedMark : 0)) >>> 0, end)
  }

  /** The same entry of another tape, with another link. */
  copy(from: Tape, entry: number, link: number): number {
    return this.push(from.#starts[entry] ?? 0, link)
  }

  start(entry: number): number {
    return (this.#starts[entry] ?? 0) & placeMask
  }

  link(entry: number): number {
    return this.#links[entry] ?? none
  }

  relink(entry: number, link: number): void {
    this.#links[entry] = link
  }

  isName(entry: number): boolean {
    return (this.#starts[entry] ?? 0) >= nameMark
  }

  /** Whether a name or string holds escape sequences. */
  isEscaped(entry: number): boolean {
    return ((this.#starts[entry] ?? 0) & escapedMark) !== 0
  }

  #grow(): void {
    const longer = (old: Uint32Array): Uint32Array => {
      const grown = new Uint32Array(old.length + (old.length >> 1))
      grown.set(old)
      return grown
    }
    this.#starts = longer(this.#starts)
    this.#links = longer(this.#links)
  }
}
