import { algorithms } from 'hallpass'
import { z } from 'zod'
import { gatewayRemedies, gatewayShape } from './gateway/settings.js'
import { logLevels } from './observe/log.js'
import { readStoreAddress, type StoreAddress } from './stores/address.js'
import { internalHostsShape, proxiesShape, transportRemedies } from './transport/settings.js'
import { type Remedies, needs } from './validation.js'

export const environmentShape = z.strictObject({
  HALLPASS_STORE: z.string().default('sqlite:./data/hallpass.db').transform(storeAddress),
  HALLPASS_ISSUER: z.string().optional(),
  HALLPASS_SECRET: z.string().optional(),
  HALLPASS_OPERATOR_KEY: z
    .string()
    .regex(/^[A-Za-z0-9._~+/-]+=*$/, 'has characters that no bearer token has (RFC 6750).')
    .optional(),
  HALLPASS_LOG_KEY: keys().optional(),
  HALLPASS_FORWARD_AUTH_KEY: keys().optional(),
  HALLPASS_STRATEGY: z.enum(['session', 'hybrid', 'jwt'], { error: 'is no strategy.' }).default('session'),
  HALLPASS_HOST: z
    .string()
    .regex(/^[0-9A-Za-z.:-]+$/, 'is no address.')
    .optional(),
  PORT: z
    .string()
    .regex(/^[1-9][0-9]{0,4}$/, 'is no port.')
    .transform(Number)
    .refine((port) => port < 65_536, 'is no port.')
    .default(7100),
})

export const environmentRemedies: Remedies = {
  HALLPASS_STORE:
    'Use "sqlite:./data/hallpass.db", "memory:", "redis://user:password@host:6379", ' +
    '"redis-cluster://host:6379,host:6379", "redis-sentinel://host:26379,host:26379/primary" or ' +
    '"postgres://user:password@host:5432/database", with percent signs for special characters.',
  HALLPASS_ISSUER: 'Give the origin alone, such as "https://app.example".',
  HALLPASS_SECRET: 'Draw one: openssl rand -base64 48',
  HALLPASS_OPERATOR_KEY: 'Draw one: openssl rand -base64 48',
  HALLPASS_LOG_KEY: 'Draw one: openssl rand -base64 48. While one replaces another, give both with a comma between.',
  HALLPASS_FORWARD_AUTH_KEY:
    'Draw one: openssl rand -base64 48. While one replaces another, give both with a comma between.',
  HALLPASS_STRATEGY: 'Use "session", "hybrid" or "jwt".',
  HALLPASS_HOST: 'Give an address of this machine, such as "127.0.0.1" or "0.0.0.0".',
  PORT: 'Give a whole number from 1 to 65535.',
}

const seconds = z.number(needs('a number')).optional()
const text = z.string(needs('a string')).optional()
const texts = z.array(z.string(needs('a string')), needs('a list')).optional()

const previousCookie = z.strictObject(
  { name: z.string(needs('a string')), domain: text, path: text },
  needs('an object'),
)

export const fileShape = z.strictObject(
  {
    name: text,
    audience: text,
    clientId: text,
    origins: texts,
    appOrigins: texts,
    // the library says why it is not "None"
    sameSite: z.custom<'Lax' | 'Strict'>((value) => typeof value === 'string', 'is not a string.').optional(),
    allowLongAccessTokens: z.boolean(needs('true or false')).optional(),
    lifetimes: z
      .strictObject(
        {
          idle: seconds,
          absolute: seconds,
          rememberedIdle: seconds,
          rememberedAbsolute: seconds,
          anonymous: seconds,
          accessToken: seconds,
          overlap: seconds,
        },
        needs('an object'),
      )
      .optional(),
    lease: z.union([z.literal('off'), z.number()], { error: 'is neither a number nor "off".' }).optional(),
    lastKnownGood: seconds,
    cachedSessions: z.number(needs('a number')).optional(),
    whenTheLogForgets: z
      .enum(['end-sessions', 'keep-sessions'], { error: 'is neither "end-sessions" nor "keep-sessions".' })
      .optional(),
    signing: z
      .strictObject(
        {
          algorithm: z.enum(algorithms, { error: `is none of ${algorithms.join(', ')}.` }).optional(),
          rotateEvery: seconds,
          cacheFor: seconds,
        },
        needs('an object'),
      )
      .optional(),
    logLevel: z.enum(logLevels, { error: 'is no level.' }).optional(),
    cookies: z
      .strictObject({ previously: z.array(previousCookie, needs('a list')).optional() }, needs('an object'))
      .optional(),
    proxies: proxiesShape.optional(),
    internalHosts: internalHostsShape.optional(),
    gateway: gatewayShape.optional(),
    relay: z.boolean(needs('true or false')).optional(),
  },
  needs('an object'),
)

export const fileRemedies: Remedies = {
  '': 'Write one JSON object, or remove the file.',
  name: 'Use up to 32 lower-case letters, digits and hyphens.',
  audience: 'Give the "aud" of access tokens as a string.',
  clientId: 'Give the "client_id" of access tokens as a string.',
  origins: 'List origins such as "https://admin.example".',
  appOrigins: 'List origins such as "capacitor://localhost".',
  sameSite: 'Use "Lax" or "Strict".',
  allowLongAccessTokens: 'Use true or false.',
  lifetimes: 'Give seconds: idle, absolute, rememberedIdle, rememberedAbsolute, anonymous, accessToken, overlap.',
  lease: 'Give seconds from 0.5 to 60, or "off".',
  lastKnownGood: 'Give seconds, an hour at most.',
  cachedSessions: 'Give how many sessions an instance may remember.',
  whenTheLogForgets: 'Use "end-sessions" or "keep-sessions".',
  signing: 'Give algorithm, rotateEvery and cacheFor (seconds).',
  logLevel: `Use one of ${logLevels.join(', ')}.`,
  cookies: 'Give {"previously": [{"name", "domain", "path"}]}: cookies that were in use before.',
  relay: 'Use true or false: whether operators may send requests from this server.',
  ...transportRemedies,
  ...gatewayRemedies,
}

export type FileSettings = z.output<typeof fileShape>

function storeAddress(text: string, context: z.RefinementCtx): StoreAddress {
  const address = readStoreAddress(text)
  if (address !== null) return address
  context.addIssue({ code: 'custom', message: 'is no store that this server knows.' })
  return z.NEVER
}

/** Several, while one replaces another. */
function keys() {
  return z
    .string()
    .regex(/^[A-Za-z0-9._~+/-]+=*(?:,[A-Za-z0-9._~+/-]+=*)*$/, 'has characters that no bearer token has (RFC 6750).')
    .transform((list) => list.split(','))
}
