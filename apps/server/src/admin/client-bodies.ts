import { createHash } from 'node:crypto'
import { isAudience, isScope, type Jwk, readPublicJwk } from 'hallpass'
import { z } from 'zod'
import { type Remedies, needs } from '../validation.js'

const most = 32

const audience = z.string(needs('a string')).refine(isAudience, 'is not 1 to 256 visible characters of ASCII.')

const scope = z.string(needs('a string')).refine(isScope, 'is no scope.')

const name = z
  .string(needs('a string'))
  .regex(/^(?!\s)[^\p{Control}\p{Surrogate}]{1,64}(?<!\s)$/u, 'is not 1 to 64 characters without control characters.')

const grant = z.enum(['client_credentials', 'refresh_token', 'token-exchange', 'introspect'], {
  error: 'is no grant that this server has.',
})

/** By its thumbprint (RFC 7638), unless it has a `kid`: an assertion names the key that signed it. */
const key = z.unknown().transform((jwk, context): Jwk => {
  const reading = readPublicJwk(jwk)
  if (!reading.ok) {
    context.addIssue(`is no public key to verify with: ${reading.reason}.`)
    return z.NEVER
  }
  const { kid = thumbprint(reading.jwk) } = jwk as { readonly kid?: unknown }
  if (typeof kid === 'string' && /^[\x21-\x7e]{1,256}$/.test(kid)) return { ...reading.jwk, alg: reading.alg, kid }
  context.addIssue('has a kid that is not 1 to 256 visible characters of ASCII.')
  return z.NEVER
})

function thumbprint(required: Jwk): string {
  const members = Object.fromEntries(Object.entries(required).sort(([one], [other]) => (one < other ? -1 : 1)))
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}

function listOf<Item extends z.ZodType>(item: Item, longest = most) {
  return z
    .array(item, needs('a list'))
    .max(longest, `has more than ${longest} entries.`)
    .refine((list) => new Set(list).size === list.length, 'names something twice.')
}

const keys = listOf(key, 4).refine(
  (list) => new Set(list.map(({ kid }) => kid)).size === list.length,
  'has two keys of one kid.',
)

const wholeObject = needs('a JSON object')

const settings = {
  name,
  grants: listOf(grant).min(1, 'is empty.'),
  audiences: listOf(audience),
  scopes: listOf(scope),
  keys,
}

export const newClientBody = z.strictObject(
  { ...settings, scopes: settings.scopes.default([]), keys: settings.keys.default([]) },
  wholeObject,
)

export const clientChangeBody = z
  .strictObject({ ...settings, disabled: z.boolean(needs('true or false')) }, wholeObject)
  .partial()

export const newClientRemedies: Remedies = {
  '': 'Send one JSON object.',
  name: 'Name it for people, such as "Orders".',
  grants: 'List some of "client_credentials", "refresh_token", "token-exchange", "introspect".',
  audiences: 'List the services it may have tokens for, such as "https://invoices.example".',
  scopes: 'List words such as "invoices.read", or leave it out.',
  keys: 'List up to four public JWKs, or leave it out for a secret.',
}

export const clientChangeRemedies: Remedies = { ...newClientRemedies, disabled: 'Send true, false or nothing.' }
