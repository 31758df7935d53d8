import { HallpassError } from 'hallpass'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { z } from 'zod'
import { badRequest } from './errors.js'
import { readJson } from './json.js'
import { type Remedies, mistakesOf } from './validation.js'

/** Bytes of a body at most: a password, an email and some room. */
const longestBody = 16_384

/** Refuses longer bodies before anything of them is kept. */
export const limitBody: MiddlewareHandler = bodyLimit({
  maxSize: longestBody,
  onError: () => {
    throw new HallpassError('too-large')
  },
})

/** The JSON body, as the schema describes it. Errors: `unsupported-media-type`, `bad-request` naming each field. */
export async function readBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
  remedies: Remedies,
): Promise<z.output<Schema>> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new HallpassError('unsupported-media-type')
  const reading = readJson(textOf(await c.req.arrayBuffer()))
  if (!reading.ok)
    throw badRequest([{ field: reading.field, problem: reading.problem, remedy: 'Send one JSON object.' }])
  const result = schema.safeParse(reading.value)
  if (!result.success) throw badRequest(mistakesOf(result.error, remedies))
  return result.data
}

function textOf(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw badRequest([{ field: 'body', problem: 'is not UTF-8.', remedy: 'Send JSON in UTF-8 (RFC 8259).' }])
  }
}
