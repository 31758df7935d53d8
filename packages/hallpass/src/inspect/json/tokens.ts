import type { JsonDocument } from './document.js'

/** Three parts, or five of an encrypted one; the first is an object's beginning in base64url. */
const form = /^(?:Bearer )?(ey[JA][\w-]+\.[\w-]*\.[\w-]*(?:\.[\w-]+\.[\w-]+)?)$/

/** The token, where a string looks like a JWT, alone or behind "Bearer"; else null. */
export function tokenIn(text: string): string | null {
  return form.exec(text)?.[1] ?? null
}

/** The values of a document that look like JWTs: their entries, in its order. */
export function* tokensIn(document: JsonDocument): Generator<number, void, undefined> {
  const { text, tape } = document
  for (let entry = 0; entry < document.length; entry += 1) {
    const start = tape.start(entry)
    // looked at before anything is copied out: there may be millions of strings
    const may = text.startsWith('"ey', start) || text.startsWith('"Bearer ey', start)
    if (may && !tape.isName(entry) && tokenIn(document.string(entry)) !== null) yield entry
  }
}
