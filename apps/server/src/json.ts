/** JSON, or the first thing that makes it something else. A name that appears twice would mean two things. */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly field: string; readonly problem: string }

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],]/gs

export function readJson(text: string): JsonReading {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, field: 'body', problem: 'is not JSON.' }
  }
  const twice = repeatedName(text)
  return twice === null ? { ok: true, value } : { ok: false, field: twice.slice(0, 64), problem: 'appears twice.' }
}

/** The first name that an object of this (valid) JSON text has twice: `JSON.parse` keeps the last and tells nobody. */
function repeatedName(text: string): string | null {
  const open: (Set<string> | null)[] = []
  let nameNext = false
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (token !== ',' && nameNext) {
      const name = JSON.parse(token) as string
      const names = open.at(-1)
      if (names?.has(name) === true) return name
      names?.add(name)
    }
    nameNext = token === '{' || (token === ',' && open.at(-1) instanceof Set)
  }
  return null
}
