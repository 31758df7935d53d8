import { none, type Tape } from './tape.js'

/** What the grammar lets come next. */
export type Expected =
  | 'value'
  /** After "[". */
  | 'value-or-end'
  /** After "{". */
  | 'name-or-end'
  /** After "," in an object. */
  | 'name'
  | 'colon'
  | 'comma-or-end'
  | 'nothing'

/** What a scanner hears of on its way. */
export interface Notices {
  /** A number was read. */
  number(start: number, end: number): void
  /** A string holds half of a surrogate pair, or might. */
  surrogate(start: number, end: number): void
  /** An object was closed. */
  object(opening: number): void
}

const quote = 0x22
const backslash = 0x5c
const words = { t: 'true', f: 'false', n: 'null' } as const

/**
 * Reads RFC 8259 from a text into a tape, without recursion: what is open is a chain through the links of the opening
 * brackets, so that depth costs nothing but its characters.
 */
export class Scanner {
  readonly tape: Tape
  readonly #text: string
  readonly #notices: Notices
  position = 0
  expected: Expected = 'value'
  /** The innermost bracket that is open. */
  open = none
  /** Where in a string or number the grammar was left; -1: nowhere, or between them. */
  broken = -1
  /** Whether the string read last holds escape sequences. */
  #escaped = false

  /** @param document with an empty tape, which is filled */
  constructor({ text, tape }: { readonly text: string; readonly tape: Tape }, notices: Notices) {
    this.#text = text
    this.tape = tape
    this.#notices = notices
  }

  /**
   * Reads up to a place, or to the end of what begins before it.
   * @returns false where the grammar is left: at `position`, or at `broken` within what begins there
   */
  scan(until: number): boolean {
    const text = this.#text
    while (this.position < until) {
      const code = text.charCodeAt(this.position)
      if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) this.position += 1
      else if (!this.#take(code)) return false
    }
    return true
  }

  #take(code: number): boolean {
    switch (this.expected) {
      case 'comma-or-end':
        return code === 0x2c ? this.#comma() : this.#close(code)
      case 'name-or-end':
        return code === quote ? this.#name() : this.#close(code)
      case 'name':
        return code === quote && this.#name()
      case 'colon':
        this.expected = 'value'
        if (code === 0x3a) this.position += 1
        else this.expected = 'colon'
        return code === 0x3a
      case 'value-or-end':
        return code === 0x5d ? this.#close(code) : this.#value(code)
      case 'value':
        return this.#value(code)
      case 'nothing':
    }
    return false
  }

  #comma(): boolean {
    this.position += 1
    this.expected = this.#openCode() === 0x7b ? 'name' : 'value'
    return true
  }

  /** "{" and "}" are two apart in Unicode, as "[" and "]" are. */
  #close(code: number): boolean {
    const opening = this.open
    const opened = this.#openCode()
    if (code !== opened + 2) return false
    const around = this.tape.link(opening)
    this.tape.relink(opening, this.tape.push(this.position, opening))
    this.open = around
    this.position += 1
    this.#valueRead()
    if (opened === 0x7b) this.#notices.object(opening)
    return true
  }

  #openCode(): number {
    return this.#text.charCodeAt(this.tape.start(this.open))
  }

  #name(): boolean {
    const end = this.#string()
    if (end === -1) return false
    this.tape.pushString(this.position, end, { name: true, escaped: this.#escaped })
    this.position = end
    this.expected = 'colon'
    return true
  }

  #value(code: number): boolean {
    if (code === 0x7b || code === 0x5b) {
      this.open = this.tape.push(this.position, this.open)
      this.position += 1
      this.expected = code === 0x7b ? 'name-or-end' : 'value-or-end'
      return true
    }
    const end = this.#scalar(code)
    if (end === -1) return false
    if (code === quote) this.tape.pushString(this.position, end, { name: false, escaped: this.#escaped })
    else this.tape.push(this.position, end)
    this.position = end
    this.#valueRead()
    return true
  }

  #valueRead(): void {
    this.expected = this.open === none ? 'nothing' : 'comma-or-end'
  }

  /** @returns where the string, number or word ends that begins here; -1: there is none */
  #scalar(code: number): number {
    if (code === quote) return this.#string()
    if (code === 0x2d || isDigit(code)) return this.#number()
    const word = code === 0x74 ? words.t : code === 0x66 ? words.f : code === 0x6e ? words.n : null
    if (word === null || !this.#text.startsWith(word, this.position)) return -1
    return isWordPart(this.#text.charCodeAt(this.position + word.length)) ? -1 : this.position + word.length
  }

  #string(): number {
    const text = this.#text
    let surrogates = false
    this.#escaped = false
    for (let i = this.position + 1; i < text.length; i += 1) {
      const code = text.charCodeAt(i)
      if (code === quote) {
        if (surrogates) this.#notices.surrogate(this.position, i + 1)
        return i + 1
      }
      if (code < 0x20) return this.#break(i)
      if (code === backslash) {
        const length = escapeAt(text, i)
        if (length === 0) return this.#break(i)
        this.#escaped = true
        if (length === 6) surrogates ||= isSurrogate(Number.parseInt(text.slice(i + 2, i + 6), 16))
        i += length - 1
      } else if (code >= 0xd800) surrogates ||= isSurrogate(code)
    }
    return this.#break(text.length)
  }

  #number(): number {
    const text = this.#text
    let i = this.position
    if (text.charCodeAt(i) === 0x2d) i += 1
    const first = i
    i = digitsFrom(text, i)
    if (i === first || (i > first + 1 && text.charCodeAt(first) === 0x30)) return this.#break(first)
    if (text.charCodeAt(i) === 0x2e) {
      const fraction = i + 1
      i = digitsFrom(text, fraction)
      if (i === fraction) return this.#break(i)
    }
    if ((text.charCodeAt(i) | 0x20) === 0x65) {
      const sign = text.charCodeAt(i + 1)
      const exponent = sign === 0x2b || sign === 0x2d ? i + 2 : i + 1
      i = digitsFrom(text, exponent)
      if (i === exponent) return this.#break(i)
    }
    if (isWordPart(text.charCodeAt(i)) || text.charCodeAt(i) === 0x2e) return this.#break(i)
    this.#notices.number(this.position, i)
    return i
  }

  #break(at: number): -1 {
    this.broken = at
    return -1
  }
}

/** How long the escape sequence is that begins here; 0: it is none. */
function escapeAt(text: string, start: number): number {
  const code = text.charCodeAt(start + 1)
  if (code === 0x75) return isHex4(text, start + 2) ? 6 : 0
  // " \ / b f n r t
  const short =
    code === quote ||
    code === backslash ||
    code === 0x2f ||
    code === 0x62 ||
    code === 0x66 ||
    code === 0x6e ||
    code === 0x72 ||
    code === 0x74
  return short ? 2 : 0
}

function isHex4(text: string, start: number): boolean {
  for (let i = start; i < start + 4; i += 1) {
    const code = text.charCodeAt(i)
    const letter = code | 0x20
    if (!isDigit(code) && !(letter >= 0x61 && letter <= 0x66)) return false
  }
  return true
}

function digitsFrom(text: string, start: number): number {
  let i = start
  while (isDigit(text.charCodeAt(i))) i += 1
  return i
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff
}

/** What would make one word of this and what stands before it. */
export function isWordPart(code: number): boolean {
  const letter = code | 0x20
  return (letter >= 0x61 && letter <= 0x7a) || isDigit(code) || code === 0x5f || code === 0x24
}

/** What is still open ends with the text, so that there are paths to what was read. */
export function closeAll({ tape, open }: Scanner): void {
  for (let entry = open; entry !== none;) {
    const around = tape.link(entry)
    tape.relink(entry, tape.length)
    entry = around
  }
}
