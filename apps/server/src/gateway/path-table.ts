/** What lies under which path: whole segments count, and the longest path that is in the table wins. */
export class PathTable<Entry> {
  readonly #entries = new Map<string, Entry>()
  /** Segments of the longest path, so that a long address costs no more than a short one. */
  #depth = 0

  /** What was added under exactly this path. */
  at(path: string): Entry | null {
    return this.#entries.get(path) ?? null
  }

  add(path: string, entry: Entry): void {
    this.#entries.set(path, entry)
    this.#depth = Math.max(this.#depth, path.split('/').length - 1)
  }

  find(path: string): Entry | null {
    let found = this.at('/')
    let end = 0
    for (let depth = 0; depth < this.#depth && end < path.length; depth++) {
      const slash = path.indexOf('/', end + 1)
      end = slash === -1 ? path.length : slash
      found = this.#entries.get(path.slice(0, end)) ?? found
    }
    return found
  }
}
