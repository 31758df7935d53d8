export type JsonObject = { readonly [member: string]: unknown }
export type ReadObject =
  | { readonly ok: true; readonly object: JsonObject }
  | { readonly ok: false; readonly reason: string }

/** In valid JSON: a string, with what makes it a member's name, or a bracket. */
const tokens = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g

/**
 * One JSON object in which there is nothing to disagree about (RFC 8725, section 2.13; RFC 8259, section 4): no name
 * twice in one object, no `__proto__`, no lone surrogates. The object has no prototype.
 */
export function readPlainObject(text: string): ReadObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, reason: 'is not JSON' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, reason: 'is not an object' }
  const reason = ambiguity(text)
  if (reason !== null) return { ok: false, reason }
  return { ok: true, object: Object.assign(Object.create(null) as JsonObject, value) }
}

function ambiguity(json: string): string | null {
  const open: Set<string>[] = []
  for (const [token, string, colon] of json.matchAll(tokens)) {
    if (string === undefined) {
      if (token === '{' || token === '[') open.push(new Set())
      else open.pop()
      continue
    }
    const text = JSON.parse(string) as string
    if (/\p{Surrogate}/u.test(text)) return 'holds half a surrogate pair'
    if (colon === undefined) continue
    if (text === '__proto__') return 'has a member "__proto__"'
    const names = open.at(-1)!
    if (names.has(text)) return 'names a member twice'
    names.add(text)
  }
  return null
}
