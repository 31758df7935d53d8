export type HeaderLine = readonly [name: string, value: string]

/** Nothing that could end a header line, and nothing that backends decode in more than one way. */
const printable = /^[\x20-\x7e]+$/

/**
 * The headers that tell a backend who is calling: by lower-case name, the claim. A claim that is absent, or that no
 * header can hold, has no header: it was deleted before, so that nobody else's word stands in its place.
 */
export function identityLines(
  headers: ReadonlyMap<string, string>,
  claims: { readonly [name: string]: unknown },
): readonly HeaderLine[] {
  const lines: HeaderLine[] = []
  for (const [name, claim] of headers) {
    const value = Object.hasOwn(claims, claim) ? headerValue(claims[claim]) : null
    if (value !== null) lines.push([name, value])
  }
  return lines
}

function headerValue(claim: unknown): string | null {
  if (typeof claim === 'number') return String(claim)
  if (typeof claim === 'string') return printable.test(claim) ? claim : null
  return Array.isArray(claim) ? joined(claim) : null
}

/** A comma within one of them would make two of it. */
function joined(list: readonly unknown[]): string | null {
  const fits =
    list.length > 0 && list.every((one) => typeof one === 'string' && printable.test(one) && !one.includes(','))
  return fits ? list.join(',') : null
}
