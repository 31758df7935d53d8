import { Refusal } from 'hallpass/browser'
import { told, type Told } from '../refusals'

/** As `told`, with a mistake in an entry of a list, such as "audiences[0]", at the field of the list. */
export function toldOfLists(error: unknown, labels: { readonly [field: string]: string }): Told {
  if (!(error instanceof Refusal)) return told(error, labels)
  const errors = (error.problem.errors ?? []).map((mistake) => ({
    ...mistake,
    field: /^[a-z]+/.exec(mistake.field)?.[0] ?? mistake.field,
  }))
  return told(new Refusal({ ...error.problem, errors }), labels)
}
