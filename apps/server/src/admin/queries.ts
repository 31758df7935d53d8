import type { Context } from 'hono'
import { z } from 'zod'
import { badRequest } from '../errors.js'
import { mistakesOf, type Remedies } from '../validation.js'

/** Stores cut text there, mend it, or refuse it: no id and no email holds such a character. */
export const unkept = /[\p{Cc}\p{Cs}]/u

/** The query of an address, as the schema describes it. Errors: `bad-request` naming each parameter, also one that comes twice. */
export function readQuery<Schema extends z.ZodType>(c: Context, schema: Schema, remedies: Remedies): z.output<Schema> {
  const given = c.req.queries()
  const twice = Object.keys(given).find((name) => (given[name]?.length ?? 0) > 1)
  if (twice !== undefined)
    throw badRequest([{ field: twice.slice(0, 64), problem: 'appears twice.', remedy: 'Send it once.' }])
  const result = schema.safeParse(c.req.query())
  if (!result.success) throw badRequest(mistakesOf(result.error, remedies))
  return result.data
}

/** Where a page ended, in a text that is nobody's to read. */
export function cursorOf(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** An id or an email in a cursor. */
export function placeText(longest: number) {
  return z
    .string()
    .max(longest)
    .refine((text) => !unkept.test(text))
}

/** A cursor that we handed out, as what it was made from. */
export function cursor<Place extends z.ZodType>(place: Place) {
  return z
    .string()
    .max(2048, 'is no place in this list.')
    .transform((text, context): z.output<Place> => {
      const result = place.safeParse(parsed(text))
      if (result.success) return result.data
      context.addIssue('is no place in this list.')
      return z.NEVER
    })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}

export const cursorRemedy = 'Send what the page before answered as "next", or nothing.'
