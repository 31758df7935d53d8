import { readJson, writeJson } from 'hallpass/inspect'

/** Null where it is no JSON; numbers and the order of members stay as they came. */
export function formatJson(text: string): string | null {
  const reading = readJson(text)
  return reading.ok ? writeJson(reading.document, '  ') : null
}
