import type { JsonExcerpt, JsonFault, JsonIndent, JsonKind, JsonWarning } from 'hallpass/inspect'

/** What the page asks of its worker, and what the worker answers: nothing long ever crosses but where it is copied. */
export interface Asks {
  /** Reads a text, and shows it from then on. */
  open: { readonly asked: { readonly source: string | File }; readonly answer: Opened }
  rows: { readonly asked: Range; readonly answer: readonly TreeRow[] }
  lines: { readonly asked: Range; readonly answer: readonly TextRow[] }
  /** Opens or closes a container of the tree. */
  toggle: { readonly asked: { readonly entry: number; readonly open: boolean }; readonly answer: Counts }
  /** Opens all containers above a level, and closes the rest. */
  expand: { readonly asked: { readonly levels: number }; readonly answer: Counts }
  arrange: { readonly asked: Arrangement; readonly answer: Arranged }
  find: { readonly asked: { readonly text: string }; readonly answer: { readonly count: number } }
  /** Where something found is; the tree is opened for it. */
  found: { readonly asked: { readonly index: number }; readonly answer: Place }
  /** Where a warning or fault is. */
  reveal: { readonly asked: { readonly offset: number }; readonly answer: Place }
  about: { readonly asked: { readonly entry: number }; readonly answer: About }
  /** All of it, as it is arranged, or one value of it. */
  write: { readonly asked: { readonly entry: number }; readonly answer: Blob }
}

export type Ask = keyof Asks

export interface Range {
  readonly from: number
  readonly to: number
}

export interface Arrangement {
  readonly sorted: boolean
  readonly indent: JsonIndent
}

/** How many rows each view has. */
export interface Counts {
  readonly rows: number
  readonly lines: number
}

export interface Arranged extends Counts {
  /** Why there is no text of it; null: there is. */
  readonly refusal: string | null
}

export interface Place extends Counts {
  /** In the tree; -1: there is no tree. */
  readonly row: number
  /** In the text. */
  readonly line: number
}

/** A warning or fault with the line it stands in. */
export interface Pointed<Told> {
  readonly told: Told
  readonly excerpt: JsonExcerpt
}

export interface Opened extends Arranged {
  /** Null: it is JSON. */
  readonly fault: Pointed<JsonFault> | null
  readonly warnings: readonly Pointed<JsonWarning>[]
  readonly warningCount: number
  readonly characters: number
  readonly tokens: number
  readonly milliseconds: number
}

export interface TreeRow {
  readonly entry: number
  /** From 1. */
  readonly level: number
  /** Of the root, its own. */
  readonly parentRow: number
  /** Among how many it stands at which place, from 1. */
  readonly position: number
  readonly size: number
  /** Null: it is an element of an array, or the root. */
  readonly name: string | null
  readonly kind: JsonKind
  /** A scalar as it is written, its beginning where it is long; of a container "". */
  readonly written: string
  /** Of a container: how many values it holds. */
  readonly count: number
  readonly open: boolean
  /** The JWT that it is. */
  readonly token: string | null
  readonly found: boolean
}

export interface TextPart {
  readonly kind: JsonKind | 'name' | 'mark' | 'fault'
  readonly text: string
}

export interface TextRow {
  /** Null: it goes on with the line before. */
  readonly number: number | null
  /** What stands before it: levels of indentation. */
  readonly depth: number
  readonly parts: readonly TextPart[]
  readonly token: string | null
  readonly found: boolean
}

export interface About {
  readonly path: string
  readonly written: string
  readonly characters: number
  readonly token: string | null
}

/** From the page: do it, or stop doing it. */
export type ToWorker =
  | { [Name in Ask]: { readonly id: number; readonly ask: Name; readonly asked: Asks[Name]['asked'] } }[Ask]
  | { readonly id: number; readonly cancel: true }

export type FromWorker =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly progress: number }
  | { readonly id: number; readonly cancelled: true }
  | { readonly id: number; readonly failed: string }
