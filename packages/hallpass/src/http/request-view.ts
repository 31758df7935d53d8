import type { Awaitable } from '../core/ports.js'

/** A request as data. Adapters make one from whatever their framework calls a request. */
export interface RequestView {
  /** As sent: methods are case-sensitive (RFC 9110, section 9.1). */
  readonly method: string
  /** The path alone, not decoded. */
  readonly path: string
  /** What follows the first "?", not decoded; empty where there is none. */
  readonly query: string
  /** A header by its lower-case name; several lines of one name joined with ", ", cookies with "; ". */
  header(name: string): string | null
  /** The address of the peer, such as "203.0.113.9"; null where the platform does not tell. */
  readonly address: string | null
  /** The body as text or, where a parser of the framework ran before, as the value it made. Read when asked for. */
  body(): Awaitable<RequestBody>
}

export type RequestBody =
  | { readonly parsed: unknown }
  | { readonly text: string }
  /** Longer than `longestBody`; nothing of it was kept. */
  | { readonly tooLarge: true }

/** Bytes of body that Hallpass reads at most. */
export const longestBody = 16_384
