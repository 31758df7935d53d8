import { reservedClaims } from './claims.js'
import type { Mistake } from './errors.js'
import type { Json } from './session.js'

/** What a service token is to say. Times are seconds, as in the token. */
export interface ServiceTokenOptions {
  /** The one party that is to accept it (`aud`). */
  readonly audience: string
  /** Whom it is about (`sub`). Default: the policy's client id, a service that speaks for itself. */
  readonly subject?: string
  /** Which program asked for it (`client_id`). Default: the policy's client id. */
  readonly clientId?: string
  /** How long it lives, seconds. Default 60; 900 at most. */
  readonly ttl?: number
  /** What it is good for (RFC 6749, section 3.3). */
  readonly scope?: readonly string[]
  /** Claims of the application's own. At most 1 KiB with ours. */
  readonly claims?: { readonly [name: string]: Json }
}

/** RFC 8693: a token is traded for one that a single other audience accepts. */
export interface ExchangeOptions {
  readonly audience: string
  /** The program that acts for the subject from now on: it becomes the outermost `act`. */
  readonly actor: string
  /** Never longer than what is left of the token that was traded. Seconds. Default 60. */
  readonly ttl?: number
  /** What the result is good for, as far as the token that was traded is. Default: what that one says of it. */
  readonly scope?: readonly string[]
}

/** A token that was just minted. */
export interface ServiceToken {
  readonly token: string
  readonly tokenId: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
  /** What it says it is good for; empty where it says nothing. */
  readonly scope: readonly string[]
}

/** Who acts for a subject, and for whom that one acts (RFC 8693, section 4.1). */
export interface Actor {
  readonly sub: string
  readonly act?: Actor
}

/** What a token of ours is worth at this moment (RFC 7662); of one that is worth nothing, that and no more. */
export type Introspection =
  | { readonly active: false }
  | {
      readonly active: true
      readonly kind: 'session' | 'access' | 'refresh' | 'service'
      readonly subject: string
      /** The session it belongs to; null for a service token. */
      readonly session: string | null
      readonly clientId: string
      readonly audience: readonly string[]
      readonly scope: readonly string[]
      /** Null where the token is opaque. */
      readonly tokenId: string | null
      /** Milliseconds since 1970. */
      readonly issuedAt: number
      readonly expiresAt: number
      readonly actor: Actor | null
    }

/** Seconds. So short that a verifier without the log need not know of a revocation. */
export const defaultServiceTtl = 60
const longestServiceTtl = 900

/** Names the application may not use in a service token: `scope` has an option of its own. */
export const reservedServiceClaims: ReadonlySet<string> = new Set([...reservedClaims, 'scope'])

// Whoever logs or compares an audience or a client must not be misled by it.
const nameForm = /^[\x21-\x7e]{1,256}$/
/** RFC 6749, section 3.3. */
const scopeForm = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/

/** What is wrong with the options of a service token, or of an exchange. */
export function serviceTokenMistakes({
  ttl = defaultServiceTtl,
  scope = [],
  ...names
}: Partial<
  Pick<ServiceTokenOptions & ExchangeOptions, 'audience' | 'clientId' | 'actor' | 'ttl' | 'scope'>
>): Mistake[] {
  const mistakes = Object.entries(names).flatMap(([field, name]) =>
    isAudience(name)
      ? []
      : [{ field, problem: 'is not a name.', remedy: 'Give 1 to 256 visible characters of ASCII.' }],
  )
  if (!(Number.isInteger(ttl) && ttl >= 1 && ttl <= longestServiceTtl))
    mistakes.push({ field: 'ttl', problem: `is ${String(ttl)}.`, remedy: 'Give whole seconds, 900 at most.' })
  if (!scope.every(isScope))
    mistakes.push({
      field: 'scope',
      problem: 'is not a list of scopes.',
      remedy: 'Give words (RFC 6749, section 3.3).',
    })
  return mistakes
}

/** Whether that can be the audience of a service token: 1 to 256 visible characters of ASCII. */
export function isAudience(value: unknown): value is string {
  return typeof value === 'string' && nameForm.test(value)
}

/** Whether that can be one scope of a service token (RFC 6749, section 3.3), of at most 128 characters. */
export function isScope(value: unknown): value is string {
  return typeof value === 'string' && scopeForm.test(value)
}

/** Seconds since 1970, as in the token. */
interface Times {
  readonly issuedAt: number
  readonly expiresAt: number
}

/** RFC 9068, section 2.2, of a token that belongs to no session. */
export function serviceTokenPayload(
  { audience, scope = [], claims = {} }: ServiceTokenOptions,
  parties: { readonly issuer: string; readonly subject: string; readonly clientId: string },
  times: Times,
  tokenId: string,
): { readonly [claim: string]: Json } {
  return {
    ...claims,
    iss: parties.issuer,
    sub: parties.subject,
    aud: audience,
    exp: times.expiresAt,
    iat: times.issuedAt,
    jti: tokenId,
    client_id: parties.clientId,
    ...scopeClaim(scope),
  }
}

function scopeClaim(scope: readonly string[]): { readonly scope?: string } {
  return scope.length === 0 ? {} : { scope: scope.join(' ') }
}
