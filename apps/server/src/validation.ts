import type { Mistake } from 'hallpass'
import type { z } from 'zod'

/** What to do about each field; '' stands for the whole. */
export type Remedies = { readonly [field: string]: string }

/** Enough to mend something; a body of nothing but unknown fields does not echo them all. */
const mostMistakes = 20
const longestName = 64

/** A schema's message for a value that is not there, or not of its kind. */
export function needs(kind: string): { error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? 'is missing.' : `is not ${kind}.`) }
}

/** Everything zod found wrong, field by field, each with its remedy. */
export function mistakesOf(error: z.ZodError, remedies: Remedies): Mistake[] {
  return error.issues.flatMap((issue) => mistakes(issue, remedies)).slice(0, mostMistakes)
}

function mistakes(issue: z.core.$ZodIssue, remedies: Remedies): Mistake[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    const known = `Known: ${knownBeside(path, remedies).join(', ')}.`
    return issue.keys.map((key) => ({ field: fieldOf([...path, key]), problem: 'is unknown.', remedy: known }))
  }
  const field = fieldOf(path)
  const remedy = remedies[field] ?? remedies[levelOf(path)] ?? remedies[path[0] ?? ''] ?? remedies[''] ?? ''
  return [{ field: field === '' ? 'body' : field, problem: issue.message, remedy }]
}

/** The names at one level, where remedies go so deep, else the outermost. */
function knownBeside(path: readonly string[], remedies: Remedies): readonly string[] {
  const level = path.length === 0 ? '' : `${levelOf(path)}.`
  const below = (start: string): string[] =>
    Object.keys(remedies)
      .filter((name) => name !== '' && name.startsWith(start) && !name.includes('.', start.length))
      .map((name) => name.slice(start.length))
  const known = below(level)
  return known.length === 0 ? below('') : known
}

/** Where in every list: remedies name the members of a list once. */
function levelOf(path: readonly string[]): string {
  return path.filter((part) => !/^\d+$/.test(part)).join('.')
}

/** `keys[0].alg`, as the library writes it. */
function fieldOf(path: readonly string[]): string {
  return path
    .join('.')
    .replace(/\.(\d+)(?=\.|$)/g, '[$1]')
    .slice(0, longestName)
}
