import type { Json } from '../../core/session.js'

/** What loses its shape in careless columns, encodings and assignments. */
export const awkwardJson = JSON.parse(`{
  "__proto__": {"polluted": true}, "constructor": {"prototype": null}, "": "empty key", "a.b": {"$set": 1},
  "text": "Zoë 🦉 \\u0000 \\u2028 ' \\" \\\\ %s ?1 :id", "numbers": [0, -1.5, 1e-7, 9007199254740991, 1e300],
  "nested": [[[{"deep": [null, true, false, ""]}]]], "empty": [{}, []]
}`) as Record<string, Json>

/**
 * In the order of their bytes in UTF-8. JavaScript has 𐀀 and the owl before U+E000, languages have a before B, and a
 * pattern takes some of these for others.
 */
export const textsByBytes = [
  ...['%', '%%', "'", '*', ':', 'A', 'B', 'U_1', '[a]', '\\', '\\%', '_', '_a', 'a', 'a b', 'a%', 'a_', 'aa', 'b'],
  ...['u1', 'u_', 'u_1', 'ua1', '{a}', '~', 'ä', 'ü', '\uE000', '\uFFFF', '\uFFFFa', '𐀀', '🦉', '🦉 owl', '🦉🦉'],
  ...['\u{10FFFF}', '\u{10FFFF}a', '\u{10FFFF}\u{10FFFF}'],
]

/** The same in an order of no meaning. */
export function shuffled<Value>(values: readonly Value[]): Value[] {
  // a step that has no divisor in common with the length reaches each of them once
  const step = [7, 11, 13, 17].find((prime) => values.length % prime !== 0)!
  return values.map((_, place) => values[(place * step) % values.length]!)
}

/** Reads pages of that length to the end; each but the last has to be full, or the caller would stop there. */
export async function allPages<Item>(
  limit: number,
  page: (last: Item | null) => Promise<readonly Item[]>,
): Promise<Item[]> {
  const items: Item[] = []
  for (;;) {
    const found = await page(items.at(-1) ?? null)
    items.push(...found)
    if (found.length < limit) return items
    if (found.length > limit) throw new Error(`${found.length} on a page of ${limit}`)
  }
}
