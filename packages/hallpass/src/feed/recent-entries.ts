import { follows, type LogEntry, type Position } from '../core/log.js'

/** The last entries, each of which follows the one before. */
export class RecentEntries {
  readonly #most: number
  #entries: LogEntry[] = []

  constructor(most: number) {
    this.#most = most
  }

  add(entry: LogEntry): void {
    const last = this.#entries.at(-1)
    if (last !== undefined && !follows(last, entry)) this.#entries = []
    this.#entries.push(entry)
    if (this.#entries.length > 2 * this.#most) this.#entries = this.#entries.slice(-this.#most)
  }

  /** Null where what came after that position is not known. */
  after(position: Position): readonly LogEntry[] | null {
    const [first] = this.#entries
    if (first === undefined) return null
    if (follows(position, first)) return this.#entries
    const index = position.sequence - first.sequence
    return this.#entries[index]?.id === position.id ? this.#entries.slice(index + 1) : null
  }
}
