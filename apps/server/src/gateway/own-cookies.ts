/** Keeps our cookies and those of backends apart. */
export interface OwnCookies {
  /** A `Cookie` header without ours; null where nothing is left of it. */
  without(header: string): string | null
  /** Whether a `Set-Cookie` line of a backend would write one of ours, in whatever way a browser may read it. */
  isWritten(line: string): boolean
}

/** `names`: every name that a cookie of ours has or had. */
export function createOwnCookies(names: Iterable<string>): OwnCookies {
  const ours = new Set(names)
  const inAnyCase = new Set(Array.from(ours, (name) => name.toLowerCase()))
  return {
    without(header) {
      const pairs = header.split(';')
      const left = pairs.filter((pair) => !ours.has(nameOf(pair, isSpaceOrTab)))
      if (left.length === pairs.length) return header
      const rest = left.filter((pair) => !isBlankOnly(pair)).join(';')
      return rest === '' ? null : rest.slice(firstOf(rest))
    },
    // browsers know the prefixes in any case, and take more or less for a blank
    isWritten: (line) => inAnyCase.has(nameOf(line.split(';', 1)[0]!, isAnyBlank).toLowerCase()),
  }
}

type Blank = (code: number) => boolean

/** Spaces and tabs only: to backends that compare bytes, a name with U+00A0 before it is another name. */
const isSpaceOrTab: Blank = (code) => code === 0x20 || code === 0x09
const isAnyBlank: Blank = (code) => code <= 0x20 || (code >= 0x7f && code <= 0xa0)

/**
 * The name that a pair is sent under, sooner or later: one without a name, "=__Host-x=1", is sent as "__Host-x=1" by
 * browsers that do not know better.
 */
function nameOf(pair: string, isBlank: Blank): string {
  let start = 0
  while (start < pair.length && (pair[start] === '=' || isBlank(pair.charCodeAt(start)))) start++
  const equals = pair.indexOf('=', start)
  let end = equals === -1 ? pair.length : equals
  while (end > start && isBlank(pair.charCodeAt(end - 1))) end--
  return pair.slice(start, end)
}

function isBlankOnly(pair: string): boolean {
  return firstOf(pair) === pair.length
}

/** Where a pair begins after its blanks. */
function firstOf(pair: string): number {
  let start = 0
  while (start < pair.length && isSpaceOrTab(pair.charCodeAt(start))) start++
  return start
}
