export type JsonObject = { readonly [member: string]: unknown }
export type ReadObject =
  | { readonly ok: true; readonly object: JsonObject }
  | { readonly ok: false; readonly reason: string }

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
  const reason = ambiguity(text, value)
  if (reason !== null) return { ok: false, reason }
  return { ok: true, object: Object.setPrototypeOf(value, null) as JsonObject }
}

const quote = 0x22
const colon = 0x3a
const backslash = 0x5c
const surrogates = { first: 0xd800, last: 0xdfff }

/** Of two members with one name JSON.parse keeps the last: there are then fewer of them than the text names. */
function ambiguity(text: string, object: object): string | null {
  const { names, mayBeIllFormed } = scan(text)
  const open = [object as JsonObject]
  let members = 0
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const inside = Object.keys(one)
    if (!Array.isArray(one)) members += inside.length
    for (const name of inside) {
      if (name === '__proto__') return 'has a member "__proto__"'
      const value = one[name]
      if (typeof value === 'object' && value !== null) open.push(value as JsonObject)
      if (mayBeIllFormed && (isIllFormed(name) || isIllFormed(value))) return 'holds half a surrogate pair'
    }
  }
  return members === names ? null : 'names a member twice'
}

/** What a walk over the characters of valid JSON tells. */
function scan(json: string): { readonly names: number; readonly mayBeIllFormed: boolean } {
  let names = 0
  let mayBeIllFormed = false
  let inText = false
  for (let index = 0; index < json.length; index++) {
    const unit = json.charCodeAt(index)
    if (unit === quote) inText = !inText
    else if (unit === colon && !inText) names++
    else if (unit === backslash) {
      // what is escaped ends no text, and may be half a pair
      mayBeIllFormed = true
      index++
    } else if (unit >= surrogates.first && unit <= surrogates.last) mayBeIllFormed = true
  }
  return { names, mayBeIllFormed }
}

function isIllFormed(value: unknown): boolean {
  return typeof value === 'string' && /\p{Surrogate}/u.test(value)
}
