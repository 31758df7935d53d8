import { encodeEntry, encodePosition } from '../cluster/feed.js'
import type { LogEntry, Position } from '../core/log.js'
import type { Runtime } from '../core/ports.js'
import type { LogFeed, LogHint } from '../core/store.js'
import { RecentEntries } from './recent-entries.js'

export interface StreamFigures {
  /** Streams that are open. */
  readonly readers: number
  /** Entries sent since the start, counted once for each reader. */
  readonly entries: number
}

/** So that both ends, and whatever lies between, can tell a quiet stream from a dead one. Milliseconds. */
const heartbeatEvery = 10_000

/** Bytes that wait for a reader. Then it is cut off: it comes back, and catches up by renewing. */
const longestQueue = 256 * 1024

/** Entries remembered for those who come back. Of more at once a reader hears only that it is behind. */
const longestMemory = 1024

const utf8 = new TextEncoder()
const comment = utf8.encode(':\n\n')
/** What the stream cannot tell: renew. An event without data would not reach its reader. */
const behind = utf8.encode('event: behind\ndata: {}\n\n')

type Reader = ReadableStreamDefaultController<Uint8Array>

/** The entries of a log as server-sent events (WHATWG HTML, section 9.2), to any number of readers. */
export class Streams {
  readonly #feed: Pick<LogFeed, 'subscribe'>
  readonly #runtime: Runtime
  readonly #readers = new Set<Reader>()
  readonly #recent = new RecentEntries(longestMemory)
  #heard: LogHint[] = []
  #unsubscribe: (() => void) | null = null
  #callOff: (() => void) | null = null
  #sent = 0

  constructor(feed: Pick<LogFeed, 'subscribe'>, runtime: Runtime) {
    this.#feed = feed
    this.#runtime = runtime
  }

  /** One that goes on after that position as far as that is remembered here; else it says so, and its reader renews. */
  open(after: Position | null): ReadableStream<Uint8Array> {
    let own: Reader
    return new ReadableStream<Uint8Array>(
      {
        start: (reader) => this.#add((own = reader), after),
        cancel: () => void this.#readers.delete(own),
      },
      { highWaterMark: longestQueue, size: ({ byteLength }) => byteLength },
    )
  }

  close(): void {
    this.#unsubscribe?.()
    this.#callOff?.()
    for (const reader of this.#readers) reader.close()
    this.#readers.clear()
  }

  figures(): StreamFigures {
    return { readers: this.#readers.size, entries: this.#sent }
  }

  #add(reader: Reader, after: Position | null): void {
    this.#unsubscribe ??= this.#feed.subscribe((hint) => this.#hear(hint))
    this.#callOff ??= this.#runtime.later(heartbeatEvery, () => this.#beat())
    // The headers reach the reader with the first bytes.
    reader.enqueue(comment)
    const missed = after === null ? null : this.#recent.after(after)
    if (missed === null) reader.enqueue(behind)
    else if (missed.length > 0) reader.enqueue(utf8.encode(missed.map(eventOf).join('')))
    this.#sent += missed?.length ?? 0
    this.#readers.add(reader)
  }

  /** Whatever is heard in one turn is sent as one, and encoded once for all. */
  #hear(hint: LogHint): void {
    if (hint.about === 'acknowledgement') return
    if (this.#heard.length === 0) queueMicrotask(() => this.#tell())
    this.#heard.push(hint)
  }

  #tell(): void {
    const entries = this.#heard.flatMap((hint) => (hint.about === 'entry' ? [hint.entry] : []))
    const isAll = entries.length === this.#heard.length && entries.length <= longestMemory
    this.#heard = []
    for (const entry of entries) this.#recent.add(entry)
    if (isAll) this.#sent += entries.length * this.#readers.size
    this.#send(isAll ? utf8.encode(entries.map(eventOf).join('')) : behind)
  }

  #beat(): void {
    this.#callOff = null
    this.#send(comment)
    if (this.#readers.size > 0) this.#callOff = this.#runtime.later(heartbeatEvery, () => this.#beat())
  }

  #send(bytes: Uint8Array): void {
    for (const reader of this.#readers) {
      if (reader.desiredSize! > 0) reader.enqueue(bytes)
      else this.#cut(reader)
    }
  }

  /** Not closed but broken off: what waits for it is dropped. */
  #cut(reader: Reader): void {
    this.#readers.delete(reader)
    reader.error(new Error('the reader of a stream of the revocation log does not read'))
  }
}

function eventOf(entry: LogEntry): string {
  return `id: ${encodePosition(entry)}\nevent: entry\ndata: ${encodeEntry(entry)}\n\n`
}
