import { Refusal } from 'hallpass/browser'
import { parts } from './strings/parts'

/** What went wrong, where people look for it: at the fields, and in one sentence for the whole form. */
export interface Told {
  readonly fields: { readonly [field: string]: string }
  readonly whole: string | null
}

export const nothingTold: Told = { fields: {}, whole: null }

/** Codes that are about one field although the server names none: each form knows which, and what to say there. */
export type FieldOfCode = { readonly [code: string]: { readonly field: string; readonly sentence: string } }

export function told(error: unknown, labels: { readonly [field: string]: string }, fieldOf: FieldOfCode = {}): Told {
  if (!(error instanceof Refusal)) return { fields: {}, whole: parts.network }
  const { code, problem } = error
  if (code === 'unexpected') return { fields: {}, whole: parts.unexpected }
  const known = fieldOf[code]
  if (known !== undefined) return { fields: { [known.field]: known.sentence }, whole: null }
  const mistakes = (problem.errors ?? []).filter((mistake) => mistake.field in labels)
  if (mistakes.length === 0) return { fields: {}, whole: `${problem.title}. ${problem.detail}` }
  const fields = mistakes.map((mistake) => [
    mistake.field,
    parts.sentence(labels[mistake.field] ?? '', mistake.problem, mistake.remedy),
  ])
  return { fields: Object.fromEntries(fields) as Told['fields'], whole: null }
}
