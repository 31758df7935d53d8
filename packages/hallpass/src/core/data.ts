import { HallpassError } from './errors.js'
import type { Json } from './session.js'
import { utf8Length } from './utf8.js'

/** Deeper than any data a person would look at; shallow enough that nothing overflows. */
const deepest = 64

/** A copy of the session data, made of plain JSON values within the budget (bytes of JSON text). */
export function checkedData(data: unknown, budget: number): Json {
  const problem = whyNotJson(data, 'data', 0)
  if (problem !== null) throw new HallpassError('data-invalid', { mistakes: [problem] })
  const text = JSON.stringify(data)
  const bytes = utf8Length(text)
  if (bytes > budget) throw new HallpassError('data-too-large', { reason: `${bytes} of ${budget} bytes` })
  return JSON.parse(text) as Json
}

function whyNotJson(
  value: unknown,
  field: string,
  depth: number,
): { field: string; problem: string; remedy: string } | null {
  const wrong = (problem: string, remedy: string): { field: string; problem: string; remedy: string } => ({
    field,
    problem,
    remedy,
  })
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null
  if (typeof value === 'number')
    return Number.isFinite(value) ? null : wrong('is not a finite number.', 'JSON has none.')
  if (typeof value !== 'object') return wrong(`is a ${typeof value}.`, 'Keep JSON values only.')
  if (depth === deepest) return wrong(`is nested deeper than ${deepest}, or within itself.`, 'Keep it flat.')
  if (Array.isArray(value))
    return firstProblem(
      value.map((one: unknown, index) => [String(index), one]),
      field,
      depth,
    )

  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype)
    return wrong('is not a plain object.', 'Store dates as numbers or text.')
  if (Object.hasOwn(value, '__proto__')) return wrong('has a member "__proto__".', 'Use another name.')
  return firstProblem(Object.entries(value), field, depth)
}

function firstProblem(
  entries: readonly (readonly [string, unknown])[],
  field: string,
  depth: number,
): ReturnType<typeof whyNotJson> {
  for (const [name, value] of entries) {
    const problem = whyNotJson(value, `${field}.${name}`, depth + 1)
    if (problem !== null) return problem
  }
  return null
}
