import { type JsonDocument, Paths } from 'hallpass/inspect'
import { Column } from './column'

/** Rows that a tree shows by itself when it is opened: levels are opened while there are no more. */
const shownAtFirst = 60
const levelsAtFirst = 4

interface Columns {
  /** Values, in ascending order of entries as long as the document is. */
  readonly entries: Column
  /** Levels around it. */
  readonly depths: Column
  /** From 1, among the values of its container. */
  readonly positions: Column
  readonly parents: Column
}

/** The rows of a tree of which some containers are open: made anew in one pass whenever one is opened or closed. */
export class TreeRows {
  readonly #document: JsonDocument
  /** One bit an entry. */
  readonly #open: Uint8Array
  #columns: Columns

  constructor(document: JsonDocument) {
    this.#document = document
    this.#open = new Uint8Array((document.length >> 3) + 1)
    this.#columns = this.#rows()
    for (let levels = 1; levels <= levelsAtFirst; levels += 1) {
      const before = this.#columns
      this.expand(levels)
      if (this.length > shownAtFirst && levels > 1) {
        this.expand(levels - 1)
        break
      }
      if (this.length === before.entries.length && levels > 1) break
    }
  }

  get length(): number {
    return this.#columns.entries.length
  }

  at(row: number) {
    const { entries, depths, positions, parents } = this.#columns
    const parent = parents.at(row)
    const parentRow = entries.lastUpTo(parent)
    return { entry: entries.at(row), depth: depths.at(row), position: positions.at(row), parent, parentRow }
  }

  isOpen(entry: number): boolean {
    return ((this.#open[entry >> 3] ?? 0) & (1 << (entry & 7))) !== 0
  }

  toggle(entry: number, open: boolean): void {
    this.#set(entry, open)
    this.#columns = this.#rows()
  }

  /** @param levels how many are open; 0: the root is closed */
  expand(levels: number): void {
    this.#open.fill(0)
    let depth = 0
    for (let entry = 0; entry < this.#document.length; entry += 1) {
      if (this.#document.isClosing(entry)) depth -= 1
      else if (this.#document.isContainer(entry)) {
        if (depth < levels) this.#set(entry, true)
        depth += 1
      }
    }
    this.#columns = this.#rows()
  }

  /** Opens what stands around a value, or a name's value. @returns its row */
  reveal(entry: number): number {
    const value = this.#document.isName(entry) ? entry + 1 : entry
    const containers = new Paths(this.#document).containersOf(value)
    let closed = false
    for (let level = 0; level < containers.length; level += 1) {
      closed ||= !this.isOpen(containers.at(level))
      this.#set(containers.at(level), true)
    }
    if (closed) this.#columns = this.#rows()
    return this.#columns.entries.lastUpTo(value)
  }

  #set(entry: number, open: boolean): void {
    const bit = 1 << (entry & 7)
    const byte = this.#open[entry >> 3] ?? 0
    this.#open[entry >> 3] = open ? byte | bit : byte & ~bit
  }

  #rows(): Columns {
    const document = this.#document
    const columns = { entries: new Column(), depths: new Column(), positions: new Column(), parents: new Column() }
    const around = new Column()
    const passed = new Column()
    let entry = 0
    let parent = 0
    let position = 1
    while (true) {
      columns.entries.push(entry)
      columns.depths.push(around.length)
      columns.positions.push(position)
      columns.parents.push(parent)
      if (document.isContainer(entry) && this.isOpen(entry)) {
        around.push(parent)
        passed.push(position)
        parent = entry
        position = 0
        entry += 1
      } else {
        entry = document.after(entry)
      }
      while (around.length > 0 && entry === document.closing(parent)) {
        entry += 1
        around.length -= 1
        passed.length -= 1
        parent = around.at(around.length)
        position = passed.at(passed.length)
      }
      if (around.length === 0) return columns
      position += 1
      if (document.isName(entry)) entry += 1
    }
  }
}
