import { z } from 'zod'
import { needs, type Remedies } from '../validation.js'

const text = z.string(needs('a string'))
const flag = z.boolean(needs('true or false'))

const routeShape = z.strictObject(
  {
    path: text,
    host: text.optional(),
    upstream: text.optional(),
    audience: text.optional(),
    access: z.enum(['public', 'signed-in'], { error: 'is neither "public" nor "signed-in".' }).default('signed-in'),
    maxAge: z.number(needs('a number')).min(0, 'is less than 0.').optional(),
    sensitive: flag.optional(),
    claims: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: 'is no string, number or boolean.' }))
      .optional(),
    whenStoreAway: z
      .enum(['refuse', 'last-known-good', 'anonymous'], {
        error: 'is none of "refuse", "last-known-good", "anonymous".',
      })
      .default('refuse'),
    stripPath: flag.default(false),
    identityHeaders: z.record(z.string(), text).optional(),
    timeout: z.number(needs('a number')).min(0.1, 'is less than 0.1.').max(3600, 'is more than an hour.').default(30),
  },
  needs('an object'),
)

/** The part of `hallpass.config.json` under `gateway`. */
export const gatewayShape = z.strictObject(
  { routes: z.array(routeShape, needs('a list')).default([]) },
  needs('an object'),
)

export type RouteSetting = z.output<typeof routeShape>

export const routeRemedies: Remedies = {
  path: 'Write where the route begins, such as "/api": in one spelling, without a slash at the end.',
  host: 'Name the host of the issuer or of one of "origins", with its port unless it is the usual one.',
  upstream: 'Give the origin of the backend, such as "http://127.0.0.1:3000", and perhaps a path.',
  audience: 'Give the backend a name of its own, such as "https://orders.example": it accepts tokens for that alone.',
  access: 'Use "public" or "signed-in".',
  maxAge: 'Give seconds, on a route for people who are signed in.',
  sensitive: 'Use true or false, on a route for people who are signed in.',
  claims: 'Give what the token must say, such as {"role": "admin"}, on a route with an audience.',
  whenStoreAway: 'Use "refuse", "last-known-good" or "anonymous".',
  stripPath: 'Use true or false.',
  identityHeaders: 'Give headers and the claims that they carry, such as {"X-User": "sub"}.',
  timeout: 'Give seconds.',
}

/** Of the whole part, as fields of the file. */
export const gatewayRemedies: Remedies = {
  gateway:
    'Give {"routes": [{"path": "/api", "upstream": "http://127.0.0.1:3000", "audience": "https://api.example"}]}.',
  ...Object.fromEntries(Object.entries(routeRemedies).map(([field, remedy]) => [`gateway.routes.${field}`, remedy])),
}
