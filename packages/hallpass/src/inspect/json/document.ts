import type { Tape } from './tape.js'

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null'

const brace = 0x7b
const bracket = 0x5b

/**
 * A JSON text that was read, and where everything stands in it. An *entry* is the number of a name, a scalar or a
 * bracket; the value of a member is the entry after its name.
 */
export class JsonDocument {
  readonly text: string
  readonly tape: Tape

  constructor(text: string, tape: Tape) {
    this.text = text
    this.tape = tape
  }

  /** Entries in all. */
  get length(): number {
    return this.tape.length
  }

  /** What a value is; a name is a string. */
  kind(entry: number): JsonKind {
    const code = this.text.charCodeAt(this.tape.start(entry))
    if (code === brace) return 'object'
    if (code === bracket) return 'array'
    if (code === 0x22) return 'string'
    if (code === 0x6e) return 'null'
    return code === 0x74 || code === 0x66 ? 'boolean' : 'number'
  }

  isContainer(entry: number): boolean {
    return isOpening(this.text.charCodeAt(this.tape.start(entry)))
  }

  isClosing(entry: number): boolean {
    const code = this.text.charCodeAt(this.tape.start(entry))
    return code === 0x7d || code === 0x5d
  }

  /** What an entry is to the one behind it. */
  role(entry: number): 'name' | 'opening' | 'value' {
    if (this.tape.isName(entry)) return 'name'
    return this.isContainer(entry) ? 'opening' : 'value'
  }

  isName(entry: number): boolean {
    return this.tape.isName(entry)
  }

  /** The closing entry of a container. */
  closing(entry: number): number {
    return this.tape.link(entry)
  }

  /** A name or scalar exactly as it is written, quotes and all. */
  written(entry: number): string {
    return this.text.slice(this.tape.start(entry), this.tape.link(entry))
  }

  /** What a name or string says. */
  string(entry: number): string {
    if (this.tape.isEscaped(entry)) return JSON.parse(this.written(entry)) as string
    return this.text.slice(this.tape.start(entry) + 1, this.tape.link(entry) - 1)
  }

  /** The entry behind this value, all that it holds included. */
  after(entry: number): number {
    return (this.isContainer(entry) ? this.tape.link(entry) : entry) + 1
  }

  /** The values directly within a container. */
  *children(container: number): Generator<number, void, undefined> {
    const end = this.closing(container)
    const step = this.kind(container) === 'object' ? 1 : 0
    for (let entry = container + 1; entry < end;) {
      const value = entry + step
      yield value
      entry = this.after(value)
    }
  }

  /** How many values stand directly within a container. */
  count(container: number): number {
    const step = this.kind(container) === 'object' ? 1 : 0
    const end = this.closing(container)
    let count = 0
    for (let entry = container + 1; entry < end; count += 1) entry = this.after(entry + step)
    return count
  }
}

function isOpening(code: number): boolean {
  return code === brace || code === bracket
}
