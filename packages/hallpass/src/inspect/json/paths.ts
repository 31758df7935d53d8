import type { JsonDocument } from './document.js'
import { Stack } from './stack.js'

/** How many steps of a path are written out; of a deeper one, the first and the last. */
const writtenSteps = 40

/** Finds what stands around an entry, and its path; from one entry to a later one it goes on where it was. */
export class Paths {
  readonly #document: JsonDocument
  /** What stands around the next entry, outermost first. */
  readonly #containers = new Stack()
  /** How many entries directly within each of them were passed. */
  readonly #passed = new Stack()
  #next = 0

  constructor(document: JsonDocument) {
    this.#document = document
  }

  /** What stands around an entry, outermost first; at the document's length: what was not closed. */
  containersOf(entry: number): { readonly length: number; readonly at: (level: number) => number } {
    this.#goTo(entry)
    const containers = this.#containers
    return { length: containers.length, at: (level) => containers.at(level) }
  }

  /** The path of a value; a name has that of its value. */
  to(entry: number): string {
    const value = this.#document.isName(entry) ? entry + 1 : entry
    this.#goTo(value)
    return this.#text(this.#containers.length, value)
  }

  /** The path of what would come next in a text that is not complete. */
  toNext(): string {
    const { length } = this.#document
    this.#goTo(length)
    const depth = this.#containers.length
    const named = depth === 0 || this.#isArray(this.#containers.at(depth - 1)) || this.#document.isName(length - 1)
    return this.#text(named ? depth : depth - 1, length)
  }

  #goTo(entry: number): void {
    if (entry < this.#next) this.#restart()
    while (this.#containers.length > 0) {
      if (this.#document.closing(this.#containers.at(this.#containers.length - 1)) >= entry) break
      this.#passed.pop()
      this.#pass(this.#containers.pop())
    }
    while (this.#next < entry) {
      if (this.#document.isContainer(this.#next) && this.#document.closing(this.#next) >= entry) {
        this.#containers.push(this.#next)
        this.#passed.push(0)
        this.#next += 1
      } else {
        this.#pass(this.#next)
      }
    }
  }

  #pass(entry: number): void {
    this.#next = this.#document.after(entry)
    const level = this.#passed.length - 1
    if (level >= 0) this.#passed.raise(level)
  }

  #restart(): void {
    this.#containers.length = 0
    this.#passed.length = 0
    this.#next = 0
  }

  #text(steps: number, value: number): string {
    const step = (level: number): string => this.#step(level, value)
    const range = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, i) => step(from + i)).join('')
    if (steps <= writtenSteps) return `$${range(0, steps)}`
    const half = writtenSteps / 2
    const left = (steps - writtenSteps).toLocaleString('en')
    return `$${range(0, half)} … ${left} levels … ${range(steps - half, steps)}`
  }

  #step(level: number, value: number): string {
    const container = this.#containers.at(level)
    if (this.#isArray(container)) return `[${this.#passed.at(level)}]`
    const full = this.#document.string(
      (level + 1 < this.#containers.length ? this.#containers.at(level + 1) : value) - 1,
    )
    const name = full.length > 60 ? `${full.slice(0, 60)}…` : full
    return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
  }

  #isArray(container: number): boolean {
    return this.#document.kind(container) === 'array'
  }
}
