import type { JsonDocument } from './document.js'
import { type NumberLoss, lossOf, safeDigits } from './numbers.js'
import { Paths } from './paths.js'
import { type JsonPlace, Lines } from './places.js'
import type { Notices } from './scanner.js'

export type JsonWarningKind = NumberLoss | 'duplicate-name' | 'proto-name' | 'lone-surrogate'

/** Something that RFC 8259 allows, and that its readers disagree about. */
export interface JsonWarning {
  readonly kind: JsonWarningKind
  /** What stands there, what becomes of it, and what to do. */
  readonly message: string
  readonly place: JsonPlace
  /** Of a duplicate name: where it stood first. */
  readonly first?: JsonPlace
}

/** Of all warnings so many are told; the rest is counted. */
const told = 100

/** Up to so many names are compared with each other: that takes less than a map would. */
const compared = 16

interface Noted {
  readonly kind: JsonWarningKind
  readonly entry: number
  readonly first?: number
}

/** Collects while the text is read; what is costly to say is said at the end, and only of what is told. */
export class WarningsNoted implements Notices {
  readonly #document: JsonDocument
  readonly #noted: Noted[] = []
  readonly #near: number[] = []
  total = 0

  /** @param document the one that is being read */
  constructor(document: JsonDocument) {
    this.#document = document
  }

  number(start: number, end: number): void {
    const { text, length } = this.#document
    if (end - start <= safeDigits && !hasExponent(text, start, end)) return
    const kind = lossOf(text.slice(start, end))
    if (kind !== null) this.#note({ kind, entry: length })
  }

  surrogate(start: number, end: number): void {
    const { text, length } = this.#document
    const lone = hasLoneSurrogate(JSON.parse(text.slice(start, end)) as string)
    if (lone) this.#note({ kind: 'lone-surrogate', entry: length })
  }

  object(opening: number): void {
    const { tape } = this.#document
    const end = tape.link(opening)
    const near = this.#near
    let count = 0
    let escaped = false
    for (let name = opening + 1; name < end; name = this.#document.after(name + 1)) {
      if (this.#isProto(name)) this.#note({ kind: 'proto-name', entry: name })
      escaped ||= tape.isEscaped(name)
      if (count < compared) near[count] = name
      count += 1
    }
    if (count > compared || escaped) this.#findInMap(opening, end)
    else this.#findAmongNear(count)
  }

  /** @returns what is told, in the order of the text */
  told(): readonly JsonWarning[] {
    const { text, tape } = this.#document
    const start = (entry: number): number => tape.start(entry)
    const lines = new Lines(text)
    const paths = new Paths(this.#document)
    const places = new Map<number, JsonPlace>()
    const entries = this.#noted.flatMap(({ entry, first = entry }) => [entry, first])
    for (const entry of entries.sort((a, b) => start(a) - start(b))) {
      if (!places.has(entry)) places.set(entry, lines.place(start(entry), paths.to(entry)))
    }
    return [...this.#noted]
      .sort((a, b) => start(a.entry) - start(b.entry))
      .flatMap((noted) => this.#tell(noted, places))
  }

  #tell({ kind, entry, first }: Noted, places: ReadonlyMap<number, JsonPlace>): JsonWarning[] {
    const place = places.get(entry)
    if (place === undefined) return []
    const before = first === undefined ? undefined : places.get(first)
    const message = sentence[kind](quoted(this.#document.written(entry)), before)
    return [{ kind, message, place, ...(before === undefined ? {} : { first: before }) }]
  }

  #findAmongNear(count: number): void {
    for (let i = 1; i < count; i += 1) {
      const name = this.#near[i] ?? 0
      for (let j = 0; j < i; j += 1) {
        const first = this.#near[j] ?? 0
        if (this.#sameName(first, name)) {
          this.#note({ kind: 'duplicate-name', entry: name, first })
          break
        }
      }
    }
  }

  #findInMap(opening: number, end: number): void {
    const seen = new Map<string, number>()
    for (let name = opening + 1; name < end; name = this.#document.after(name + 1)) {
      const said = this.#document.string(name)
      const first = seen.get(said)
      if (first === undefined) seen.set(said, name)
      else this.#note({ kind: 'duplicate-name', entry: name, first })
    }
  }

  /** Of names without escape sequences. */
  #sameName(a: number, b: number): boolean {
    const { text, tape } = this.#document
    const [first, second] = [tape.start(a), tape.start(b)]
    const length = tape.link(a) - first
    if (length !== tape.link(b) - second) return false
    for (let i = 1; i < length; i += 1) {
      if (text.charCodeAt(first + i) !== text.charCodeAt(second + i)) return false
    }
    return true
  }

  #isProto(name: number): boolean {
    const { text, tape } = this.#document
    if (tape.isEscaped(name)) return this.#document.string(name) === '__proto__'
    return text.charCodeAt(tape.start(name) + 1) === 0x5f && text.startsWith('"__proto__"', tape.start(name))
  }

  #note(noted: Noted): void {
    this.total += 1
    if (this.#noted.length < told) this.#noted.push(noted)
  }
}

const sentence: { readonly [kind in JsonWarningKind]: (written: string, first: JsonPlace | undefined) => string } = {
  'out-of-range': (written) =>
    `The number ${written} is out of the range of a double: most readers make it infinite or zero. Write it as a string.`,
  precision: (written) =>
    `The number ${written} has more digits than a double keeps: most readers change it. Write it as a string.`,
  'lone-surrogate': (written) =>
    `The string ${written} holds half of a surrogate pair, which is no character: some readers refuse it, others replace it. Write both halves, or neither.`,
  'proto-name': () =>
    'A member is named "__proto__": code that copies members by assignment changes the prototype of an object with it. Rename it, or refuse such input.',
  'duplicate-name': (written, first) =>
    `The name ${written} stands in this object already, at line ${first?.line}, column ${first?.column}: most readers take the last, some the first, and some refuse both. Keep one.`,
}

function quoted(written: string): string {
  return written.length > 60 ? `${written.slice(0, 60)}…` : written
}

function hasExponent(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if ((text.charCodeAt(i) | 0x20) === 0x65) return true
  return false
}

function hasLoneSurrogate(text: string): boolean {
  return /\p{Surrogate}/u.test(text)
}
