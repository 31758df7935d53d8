import { JsonDocument } from './document.js'
import { faultOf, type JsonFault } from './fault.js'
import { closeAll, Scanner } from './scanner.js'
import { Tape } from './tape.js'
import { type JsonWarning, WarningsNoted } from './warnings.js'
import { finish, type Work } from './work.js'

/** What came of reading a text. */
export type JsonReading = (
  | { readonly ok: true; readonly document: JsonDocument }
  | { readonly ok: false; readonly fault: JsonFault }
) & {
  /** The first hundred, in the order of the text. */
  readonly warnings: readonly JsonWarning[]
  /** How many there are. */
  readonly warningCount: number
}

/** Characters between two steps: a few milliseconds. */
const step = 1 << 20

/** More than this no engine keeps in one string, or in the marks of a tape. */
export const longestJson = 500_000_000

/**
 * Reads a JSON text strictly (RFC 8259; what `JSON.parse` takes, and nothing else), without recursion and in linear
 * time. Memory: beside the text, eight bytes for each name, scalar and bracket in it.
 */
export function* reading(text: string): Work<JsonReading> {
  const document = new JsonDocument(text, new Tape(text.length >> 3))
  const noted = new WarningsNoted(document)
  const scanner = new Scanner(document, noted)
  for (let until = Math.min(step, text.length); ; until = Math.min(until + step, text.length)) {
    const accepted = scanner.scan(until)
    if (!accepted || until === text.length) break
    yield until / text.length
  }
  const ok = scanner.position === text.length && scanner.expected === 'nothing'
  closeAll(scanner)
  const fault = ok ? null : faultOf(document, scanner)
  const warnings = { warnings: noted.told(), warningCount: noted.total }
  return fault === null ? { ok: true, document, ...warnings } : { ok: false, fault, ...warnings }
}

/** `reading`, all at once. */
export function readJson(text: string): JsonReading {
  return finish(reading(text))
}
