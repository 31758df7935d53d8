export type TokenPart = 'token' | 'header' | 'payload' | 'signature'

/** Something about a token that parsers could disagree on, with the exact place. */
export interface Finding {
  readonly part: TokenPart
  /**
   * What the place is counted in: characters of the part as it stands in the token, bytes of what it decodes to, or
   * characters of its JSON.
   */
  readonly unit: 'character' | 'byte' | 'json'
  /** Counted from 0. */
  readonly offset: number
  /** Of JSON alone, counted from 1. */
  readonly line?: number
  readonly column?: number
  /** Of JSON alone: the value that stands there, from the root: `$.aud[1]`. */
  readonly path?: string
  /** What is found there, without the place. */
  readonly message: string
}

/** The whole sentence: where, and what. */
export function findingSentence({ part, unit, offset, line, column, path, message }: Finding): string {
  const place =
    unit === 'json'
      ? `line ${line}, column ${column}${path === '$' ? '' : ` (${path})`}`
      : `${unit} ${(offset + 1).toLocaleString('en')}`
  return `${part[0]!.toUpperCase()}${part.slice(1)}, ${place}: ${message}`
}
