import {
  decodeJson,
  excerptAt,
  finding,
  type JsonDocument,
  type JsonPlace,
  Paths,
  reading,
  refusalToWrite,
  sorting,
  tokenIn,
  tokensIn,
  type Work,
  writeJson,
  writing,
} from 'hallpass/inspect'
import { LineRows, shown } from './line-rows'
import type {
  About,
  Arranged,
  Arrangement,
  Ask,
  Asks,
  Counts,
  Opened,
  Place,
  Pointed,
  Range,
  TextPart,
  TextRow,
  ToWorker,
  TreeRow,
} from './messages'
import { StripRows } from './strip-rows'
import { TreeRows } from './tree-rows'

type Run = <Result>(work: Work<Result>) => Promise<Result>
type Answers = {
  [Name in Ask]: (asked: Asks[Name]['asked'], run: Run) => Promise<Asks[Name]['answer']> | Asks[Name]['answer']
}

/** Characters of a line around a place: half of them fit on a phone. */
const excerptWidth = 56

/** Characters of a value that are shown beside the tree. */
const shownBeside = 2000

/** A token that is longer is no link's address. */
const longestLinked = 16_384

/** What is open in the page: it lies here, and the page sees of it what it shows. */
export class Desk {
  #text = ''
  /** As it stands in the text; null: that is no JSON. */
  #original: JsonDocument | null = null
  /** Where the text stops being JSON; -1: nowhere. */
  #faultAt = -1
  /** As it is arranged. */
  #document: JsonDocument | null = null
  #arrangement: Arrangement = { sorted: false, indent: '  ' }
  #tree: TreeRows | null = null
  #lines: LineRows | StripRows | null = null
  #found: Uint32Array = new Uint32Array()

  readonly #answers: Answers = {
    open: ({ source }, run) => this.#openSource(source, run),
    rows: (range) => this.#rows(range),
    lines: (range) => this.#textRows(range),
    toggle: ({ entry, open }) => {
      this.#tree?.toggle(entry, open)
      return this.#counts()
    },
    expand: ({ levels }) => {
      this.#tree?.expand(levels)
      return this.#counts()
    },
    arrange: (arrangement, run) => this.#arrange(arrangement, run),
    find: async ({ text }, run) => {
      this.#found = this.#document === null ? new Uint32Array() : await run(finding(this.#document, text))
      return { count: this.#found.length }
    },
    found: ({ index }) => this.#placeOf(this.#found[index] ?? 0),
    reveal: ({ offset }) => this.#reveal(offset),
    about: ({ entry }) => this.#about(entry),
    write: ({ entry }, run) => this.#write(entry, run),
  }

  async answer(message: Exclude<ToWorker, { cancel: true }>, run: Run): Promise<unknown> {
    const answer = this.#answers[message.ask] as (asked: unknown, run: Run) => unknown
    return answer(message.asked, run)
  }

  async #openSource(source: string | File, run: Run): Promise<Opened> {
    const started = performance.now()
    const decoded =
      typeof source === 'string'
        ? ({ ok: true, text: source } as const)
        : decodeJson(new Uint8Array(await source.arrayBuffer()))
    const text = decoded.ok ? decoded.text : ''
    const read = decoded.ok
      ? await run(reading(text))
      : { ok: false as const, fault: decoded.fault, warnings: [], warningCount: 0 }
    this.#text = text
    this.#original = read.ok ? read.document : null
    this.#faultAt = read.ok ? -1 : read.fault.place.offset
    const arranged = await this.#show(run)
    const pointed = <Told extends { readonly place: JsonPlace }>(told: Told): Pointed<Told> => ({
      told,
      excerpt: excerptAt(text, told.place, excerptWidth),
    })
    return {
      ...arranged,
      fault: read.ok ? null : pointed(read.fault),
      warnings: read.warnings.map(pointed),
      warningCount: read.warningCount,
      characters: text.length,
      tokens: read.ok ? countOf(tokensIn(read.document)) : 0,
      milliseconds: performance.now() - started,
    }
  }

  async #arrange(arrangement: Arrangement, run: Run): Promise<Arranged> {
    const before = this.#arrangement
    this.#arrangement = arrangement
    try {
      return await this.#show(run)
    } catch (error) {
      this.#arrangement = before
      throw error
    }
  }

  async #show(run: Run): Promise<Arranged> {
    const [original, { sorted, indent }] = [this.#original, this.#arrangement]
    const document = sorted && original !== null ? await run(sorting(original)) : original
    this.#found = new Uint32Array()
    this.#document = document
    this.#tree = document === null ? null : new TreeRows(document)
    const refusal = document === null ? null : refusalToWrite(document, indent)
    this.#lines = document === null ? new StripRows(this.#text) : this.#linesOf(document)
    return { ...this.#counts(), refusal }
  }

  #linesOf(document: JsonDocument): LineRows | StripRows {
    return this.#arrangement.indent === '' ? new StripRows(writeJson(document, '')) : new LineRows(document)
  }

  #counts(): Counts {
    return { rows: this.#tree?.length ?? 0, lines: this.#lines?.length ?? 0 }
  }

  #rows({ from, to }: Range): readonly TreeRow[] {
    const [document, tree] = [this.#document, this.#tree]
    if (document === null || tree === null) return []
    const counts = new Map<number, number>()
    const countOf = (entry: number): number => {
      const count = counts.get(entry) ?? document.count(entry)
      counts.set(entry, count)
      return count
    }
    return range(from, Math.min(to, tree.length)).map((row) => {
      const { entry, depth, position, parent, parentRow } = tree.at(row)
      const isContainer = document.isContainer(entry)
      const named = entry > 0 && document.isName(entry - 1)
      return {
        entry,
        level: depth + 1,
        parentRow,
        position,
        size: entry === 0 ? 1 : countOf(parent),
        name: named ? shown(document, entry - 1) : null,
        kind: document.kind(entry),
        written: isContainer ? '' : shown(document, entry),
        count: isContainer ? countOf(entry) : 0,
        open: isContainer && tree.isOpen(entry),
        token: this.#token(entry),
        found: this.#isFound(entry) || (named && this.#isFound(entry - 1)),
      }
    })
  }

  #textRows({ from, to }: Range): readonly TextRow[] {
    const lines = this.#lines
    if (lines === null) return []
    const faultRow = this.#faultAt >= 0 && lines instanceof StripRows ? lines.rowOf(this.#faultAt) : -1
    return range(from, Math.min(to, lines.length)).map((row) => {
      if (lines instanceof StripRows) {
        const { number, start, text } = lines.at(row)
        const parts = row === faultRow ? pointedParts(text, this.#faultAt - start) : [{ kind: 'mark' as const, text }]
        return { number, depth: 0, parts, token: null, found: false }
      }
      const entry = lines.entry(row)
      const found = this.#isFound(entry) || (entry > 0 && this.#isFound(entry - 1))
      return { number: row + 1, depth: lines.depth(row), parts: lines.parts(row), token: this.#token(entry), found }
    })
  }

  #isFound(entry: number): boolean {
    const found = this.#found
    let [low, high] = [0, found.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((found[middle] ?? 0) < entry) low = middle + 1
      else high = middle
    }
    return found[low] === entry
  }

  #token(entry: number): string | null {
    const document = this.#document
    if (document === null || document.isClosing(entry) || document.kind(entry) !== 'string') return null
    if (document.tape.link(entry) - document.tape.start(entry) > longestLinked) return null
    return tokenIn(document.string(entry))
  }

  #placeOf(entry: number): Place {
    const row = this.#tree?.reveal(entry) ?? -1
    return { ...this.#counts(), row, line: this.#lineOf(entry) }
  }

  #lineOf(entry: number): number {
    const lines = this.#lines
    if (lines === null || this.#document === null) return 0
    if (lines instanceof LineRows) return lines.lineOf(entry)
    // minified: what stands before it, written so
    return lines.rowOf(minifiedOffset(this.#document, entry))
  }

  /** By its offset in the text that was opened. */
  #reveal(offset: number): Place {
    const [document, lines] = [this.#document, this.#lines]
    if (document === null)
      return { ...this.#counts(), row: -1, line: lines instanceof StripRows ? lines.rowOf(offset) : 0 }
    return this.#placeOf(entryAt(document, offset))
  }

  #about(entry: number): About {
    const document = this.#document
    if (document === null) return { path: '$', written: '', characters: 0, token: null }
    const path = new Paths(document).to(entry)
    if (document.isContainer(entry)) return { path, written: '', characters: 0, token: null }
    const [start, end] = [document.tape.start(entry), document.tape.link(entry)]
    const written = document.text.slice(start, Math.min(end, start + shownBeside))
    return { path, written, characters: end - start, token: this.#token(entry) }
  }

  async #write(entry: number, run: Run): Promise<Blob> {
    const document = this.#document
    if (document === null) throw new TypeError('there is no document')
    const pieces: string[] = []
    await run(writing(document, this.#arrangement.indent, (piece) => pieces.push(piece), entry))
    return new Blob(pieces, { type: 'application/json' })
  }
}

/** The character that is wrong by itself; a blank behind the end. */
function pointedParts(text: string, at: number): readonly TextPart[] {
  return [
    { kind: 'mark', text: text.slice(0, at) },
    { kind: 'fault', text: text.slice(at, at + 1) || ' ' },
    { kind: 'mark', text: text.slice(at + 1) },
  ]
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
}

function countOf(entries: Iterable<number>): number {
  let count = 0
  for (const _ of entries) count += 1
  return count
}

/** Sorted, entries are not in the order of the text. */
function entryAt(document: JsonDocument, offset: number): number {
  for (let entry = 0; entry < document.length; entry += 1) if (document.tape.start(entry) === offset) return entry
  return 0
}

/** Where an entry begins in the minified text. */
function minifiedOffset(document: JsonDocument, wanted: number): number {
  let offset = 0
  for (let entry = 0; entry < wanted; entry += 1) {
    if (document.isContainer(entry) || document.isClosing(entry)) offset += 1
    else offset += document.tape.link(entry) - document.tape.start(entry)
    if (document.isName(entry)) offset += 1
    else if (!document.isContainer(entry) && !document.isClosing(entry + 1)) offset += 1
  }
  return offset
}
