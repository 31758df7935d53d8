import type { JsonDocument } from './document.js'
import type { Work } from './work.js'

/** Entries between two steps. */
const step = 1 << 15

/**
 * Names and scalars that hold a text, whatever the case of either: what strings say, not how they escape it.
 * @returns their entries, in the order of the document
 */
export function* finding(document: JsonDocument, text: string): Work<Uint32Array> {
  const wanted = text.toLowerCase()
  const found: number[] = []
  if (wanted === '') return new Uint32Array()
  for (let entry = 0; entry < document.length; entry += 1) {
    if (entry % step === step - 1) yield entry / document.length
    if (document.isClosing(entry) || document.isContainer(entry)) continue
    const said = document.kind(entry) === 'string' ? document.string(entry) : document.written(entry)
    if (said.toLowerCase().includes(wanted)) found.push(entry)
  }
  return Uint32Array.from(found)
}
