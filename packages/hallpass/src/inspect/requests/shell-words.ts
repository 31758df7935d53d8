/** One word of a command line, with the quotes gone. */
export interface Word {
  readonly text: string
  /** Where it begins in what was given. */
  readonly at: number
}

/** Why a text is not one plain command. */
export class Misread extends Error {
  override readonly name = 'Misread'
  /** Where, as an index into the text. */
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

/**
 * The words of one command, as a POSIX shell splits it (POSIX 2024, XCU 2.2 and 2.3), `$'…'` included. Nothing is expanded: what
 * a shell would replace by something else is a `Misread`, since only that shell knows by what.
 */
export function shellWords(text: string): readonly Word[] {
  const reader = new Reader(text)
  const words: Word[] = []
  for (let word = reader.word(); word !== null; word = reader.word()) words.push(word)
  return words
}

const blank = /[ \t]/
const operator = /[|;&<>()]/
const expansion = /[A-Za-z_0-9({@*#?!$-]/

class Reader {
  readonly #text: string
  #at = 0
  #began = false

  constructor(text: string) {
    this.#text = text
  }

  word(): Word | null {
    this.#skip()
    if (this.#at >= this.#text.length) return null
    this.#began = true
    const at = this.#at
    let text = ''
    for (let piece = this.#piece(); piece !== null; piece = this.#piece()) text += piece
    return { text, at }
  }

  /** To where a word begins: blanks, lines that go on, a comment, and the end of the command with nothing after it. */
  #skip(): void {
    for (;;) {
      const rest = this.#text.slice(this.#at)
      const skipped = /^(?:[ \t]|\\\r?\n|#.*)/.exec(rest)?.[0]
      if (skipped !== undefined) this.#at += skipped.length
      else if (/^[;\r\n\s]+$/.test(rest)) this.#at = this.#text.length
      else if (/^\r?\n/.test(rest) && !this.#began) this.#at += 1
      else if (/^\s*[;\r\n]/.test(rest)) throw new Misread('Here a second command begins.', this.#at)
      else return
    }
  }

  /** What stands at this place, up to where its way of quoting ends; null at the end of the word. */
  #piece(): string | null {
    const start = this.#at
    const char = this.#text[start]
    if (char === undefined || blank.test(char) || char === '\n' || char === '\r') return null
    this.#at += 1
    if (char === "'") return this.#upTo("'", start)
    if (char === '"') return this.#doubleQuoted(start)
    if (char === '$' && this.#text[this.#at] === "'") return this.#dollarQuoted(start)
    if (char === '\\') return this.#escaped()
    if (char === '^' && /["\r\n]/.test(this.#text[this.#at] ?? ''))
      throw new Misread('This is written for the Windows command line. Copy it for bash instead.', start)
    if (char === ';' && this.#text.slice(this.#at).trim() === '') {
      this.#at = this.#text.length
      return null
    }
    if (operator.test(char)) throw new Misread(`At "${char}" the shell would begin something else.`, start)
    this.#refuseExpansion(char, start)
    return char
  }

  #upTo(end: string, start: number): string {
    const close = this.#text.indexOf(end, this.#at)
    if (close === -1) throw unclosed(start)
    const piece = this.#text.slice(this.#at, close)
    this.#at = close + 1
    return piece
  }

  #doubleQuoted(start: number): string {
    let piece = ''
    for (;;) {
      const char = this.#text[this.#at]
      if (char === undefined) throw unclosed(start)
      this.#at += 1
      if (char === '"') return piece
      if (char === '\\') {
        const next = this.#text[this.#at] ?? ''
        piece += /["\\$`\r\n]/.test(next) ? this.#escaped() : char
        continue
      }
      this.#refuseExpansion(char, this.#at - 1)
      piece += char
    }
  }

  /** What a backslash stands before: itself, or nothing where a line goes on. */
  #escaped(): string {
    const [, lineEnd] = /^(\r?\n)/.exec(this.#text.slice(this.#at, this.#at + 2)) ?? []
    const char = lineEnd ?? String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0x5c)
    this.#at += char.length
    return lineEnd === undefined ? char : ''
  }

  #refuseExpansion(char: string, at: number): void {
    if (char !== '`' && !(char === '$' && expansion.test(this.#text[at + 1] ?? ''))) return
    throw new Misread('The shell would put something else here. Write it out, or put it into single quotes.', at)
  }

  /** `$'…'` names bytes: together they must be UTF-8. */
  #dollarQuoted(start: number): string {
    const bytes: number[] = []
    this.#at += 1
    for (;;) {
      const rest = this.#text.slice(this.#at, this.#at + 12)
      if (rest === '') throw unclosed(start)
      if (rest.startsWith("'")) break
      const [written, means] = ansiCharacter(rest)
      if (means === null || means.includes(0)) throw new Misread(`"${written}" is nothing that can be sent.`, this.#at)
      bytes.push(...means)
      this.#at += written.length
    }
    this.#at += 1
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes))
    } catch {
      throw new Misread('These bytes are no text.', start)
    }
  }
}

const simple: { readonly [letter: string]: number } = {
  ...{ a: 7, b: 8, e: 27, E: 27, f: 12, n: 10, r: 13, t: 9, v: 11 },
  ...{ '\\': 92, "'": 39, '"': 34, '?': 63 },
}

/** The first character of what stands within `$'…'`: how it is written, and its bytes; null where it has none. */
function ansiCharacter(rest: string): readonly [written: string, means: readonly number[] | null] {
  const [written = '', octal, hex, unicode, control, letter] =
    /^\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(?:u(?=[0-9A-Fa-f])|U(?=[0-9A-Fa-f]))([0-9A-Fa-f]{1,8})|c([@-_a-z])|(["'\\?abeEfnrtv]))/.exec(
      rest,
    ) ?? []
  if (octal !== undefined) return [written, [Number.parseInt(octal, 8) & 0xff]]
  if (hex !== undefined) return [written, [Number.parseInt(hex, 16)]]
  if (unicode !== undefined) return unicodeCharacter(rest, unicode)
  if (control !== undefined) return [written, [control.toUpperCase().charCodeAt(0) & 0x1f]]
  if (letter !== undefined) return [written, [simple[letter] ?? 0]]
  const plain = String.fromCodePoint(rest.codePointAt(0) ?? 0)
  return [plain, utf8(plain)]
}

/** `\u` takes four digits at most, `\U` eight. */
function unicodeCharacter(rest: string, digits: string): readonly [string, readonly number[] | null] {
  const taken = digits.slice(0, rest[1] === 'u' ? 4 : 8)
  const written = `\\${rest[1]}${taken}`
  const high = Number.parseInt(taken, 16)
  // what copies JavaScript strings writes a character beyond the first plane as a pair
  const [pair = '', second = ''] = /^\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})/.exec(rest.slice(written.length)) ?? []
  if (high >= 0xd800 && high <= 0xdbff && pair !== '')
    return [written + pair, utf8(String.fromCharCode(high, Number.parseInt(second, 16)))]
  const isCharacter = high <= 0x10ffff && !(high >= 0xd800 && high <= 0xdfff)
  return [written, isCharacter ? utf8(String.fromCodePoint(high)) : null]
}

function utf8(text: string): readonly number[] {
  return [...new TextEncoder().encode(text)]
}

function unclosed(at: number): Misread {
  return new Misread('This quotation mark is never closed.', at)
}
