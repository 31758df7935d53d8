import type { PageQuery } from '../../core/store.js'

export function pageOf(texts: Iterable<string>, { prefix, after, limit }: PageQuery): string[] {
  return [...new Set(texts)]
    .filter((text) => text.startsWith(prefix) && (after === null || byBytes(text, after) > 0))
    .sort(byBytes)
    .slice(0, limit)
}

/** In the order of their bytes in UTF-8, as databases have it. */
export function byBytes(one: string, other: string): number {
  const end = Math.min(one.length, other.length)
  let at = 0
  while (at < end && one.charCodeAt(at) === other.charCodeAt(at)) at++
  return at === end ? one.length - other.length : rank(one.charCodeAt(at)) - rank(other.charCodeAt(at))
}

/** Surrogates stand for what comes after U+FFFF, and yet are not the last of the 16-bit units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
