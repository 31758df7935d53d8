import { type Algorithm, algorithms } from '../core/algorithm.js'
import { HallpassError, type Mistake } from '../core/errors.js'
import type { Runtime } from '../core/ports.js'
import type { LogFeed } from '../core/store.js'
import { accessTokenType } from '../core/claim-rules.js'
import { tokenType } from '../keys/verification.js'
import { type PublishedKey, readKeySet } from '../crypto/key-set.js'
import { isPrivate } from './transport.js'

/** A JWK Set (RFC 7517) as an object. */
export interface KeySet {
  readonly keys: readonly { readonly [member: string]: unknown }[]
}

/** Where an issuer's revocation log is to be had. */
export interface LogAddress {
  /** The origin of an instance, or of a verifier that serves its own feed, such as `https://app.example`. */
  readonly address: string
  /** The key that opens its log. */
  readonly key: string
}

/** Whose tokens are accepted, and on what terms. */
export interface IssuerOptions {
  /** The `iss` of its tokens, compared character by character. */
  readonly issuer: string
  /** The audience that `aud` must name: usually this service. */
  readonly audience?: string
  /** Its public keys: the address of its JWK Set (https, or http on this machine), or the set itself. */
  readonly jwks: string | URL | KeySet
  /**
   * The types (`typ`) of its tokens that are accepted, in any case and with or without `application/`; null for tokens
   * that name none. Default `at+jwt` (RFC 9068). Identity providers write `JWT` or nothing.
   */
  readonly typ?: string | null | readonly (string | null)[]
  /** The longest lifetime a token may claim, seconds, a day at most. Default 900. */
  readonly maximumLifetime?: number
  /** What its RSA keys verify where they do not say so themselves. Never a choice of the token's. */
  readonly algorithm?: Exclude<Algorithm, 'HS256'>
  /** Its revocation log; without one, revocations are not heard of. A feed of this process can be handed over itself. */
  readonly log?: LogAddress | LogFeed
}

interface SharedOptions {
  /** Clock and timers. Default: the platform's. */
  readonly clock?: Runtime
  /** What fetches keys and the log. Default: the platform's. */
  readonly fetch?: typeof fetch
  /** How much verified tokens may take of memory, bytes. Default 8 MiB. */
  readonly cacheBytes?: number
}

/** One issuer, or a list of them, each with keys and terms of its own; `audience` is then the default of theirs. */
export type VerifierOptions = SharedOptions &
  (
    | (IssuerOptions & { readonly audience: string })
    | { readonly issuer: readonly IssuerOptions[]; readonly audience?: string }
  )

/** What is accepted of one issuer, complete and checked. */
export interface IssuerPolicy {
  readonly issuer: string
  readonly audience: string
  readonly jwks: URL | readonly PublishedKey[]
  readonly types: readonly (string | null)[]
  readonly maximumLifetime: number
  readonly algorithm: Exclude<Algorithm, 'HS256'> | undefined
  readonly log: LogAddress | LogFeed | undefined
}

/** Throws `configuration` with every mistake and its remedy. */
export function readIssuers(options: VerifierOptions): readonly IssuerPolicy[] {
  const { audience } = options
  const listed = Array.isArray(options.issuer)
  const entries = (listed ? options.issuer : [options]) as readonly IssuerOptions[]
  const mistakes: Mistake[] = []
  if (entries.length === 0) mistakes.push(mistake('issuer', 'is an empty list.', 'Name an issuer.'))
  const issuers = entries.map((entry, index) =>
    readIssuer(audience === undefined ? entry : { audience, ...entry }, listed ? `issuer[${index}].` : '', mistakes),
  )
  const names = issuers.map(({ issuer }) => issuer)
  if (new Set(names).size < names.length) {
    mistakes.push(mistake('issuer', 'names an issuer twice.', 'Make a verifier for each audience.'))
  }
  if (mistakes.length > 0) throw new HallpassError('configuration', { mistakes })
  return issuers
}

/** What it answers is of use only where it found no mistake. */
function readIssuer(options: Partial<IssuerOptions>, path: string, mistakes: Mistake[]): IssuerPolicy {
  const wrong = (field: string, problem: string, remedy: string): void =>
    void mistakes.push(mistake(path + field, problem, remedy))
  const { issuer = '', audience = '', jwks, maximumLifetime = 900, algorithm, log } = options
  if (!isText(issuer)) wrong('issuer', 'is missing.', "Give the tokens' iss.")
  if (!isText(audience)) wrong('audience', 'is missing.', "Give the tokens' aud.")
  if (!(Number.isInteger(maximumLifetime) && maximumLifetime > 0 && maximumLifetime <= 86_400))
    wrong('maximumLifetime', `is ${String(maximumLifetime)}.`, 'Give seconds, a day (86400) at most.')
  if (algorithm !== undefined && !asymmetric.includes(algorithm))
    wrong('algorithm', `is ${algorithm}.`, `Use one of ${asymmetric.join(', ')}.`)
  const named = options.typ === undefined ? accessTokenType : options.typ
  const types = (Array.isArray(named) ? named : [named]).map((typ) => (typ === null ? null : tokenType(typ)))
  if (types.length === 0 || types.includes(undefined))
    wrong('typ', 'is no type.', 'Give a media type such as "at+jwt" or "JWT", or null for none.')
  if (log !== undefined && !isLog(log)) wrong('log', 'is no log.', 'Give { address, key }, or a feed.')
  const keys = readJwks(jwks, algorithm)
  if ('problem' in keys) wrong('jwks', keys.problem, keys.remedy)
  return {
    ...{ issuer, audience, maximumLifetime, algorithm, log },
    jwks: 'problem' in keys ? [] : keys.jwks,
    types: types as readonly (string | null)[],
  }
}

const asymmetric: readonly unknown[] = algorithms.filter((algorithm) => algorithm !== 'HS256')

function readJwks(
  jwks: IssuerOptions['jwks'] | undefined,
  algorithm: Algorithm | undefined,
): { readonly jwks: IssuerPolicy['jwks'] } | { readonly problem: string; readonly remedy: string } {
  if (typeof jwks === 'string' || jwks instanceof URL) {
    const address = safeAddress(jwks)
    return address === null
      ? {
          problem: 'is no address that can be trusted.',
          remedy: 'Use https, or http on localhost, without a password.',
        }
      : { jwks: address }
  }
  const read = readKeySet(jwks, algorithm)
  if (read.ok) return { jwks: read.keys }
  return { problem: `is refused: ${read.reason}.`, remedy: 'Give the address of a JWK Set, or the set itself.' }
}

/** Whether address and key are safe to use is for whoever opens it to say. */
function isLog(log: unknown): boolean {
  return typeof log === 'object' && log !== null && ('renew' in log || ('address' in log && 'key' in log))
}

/** Nobody on the way may read or change what comes from there. */
function safeAddress(text: string | URL): URL | null {
  const address = URL.canParse(String(text)) ? new URL(text) : null
  if (address === null || address.username !== '' || address.password !== '') return null
  return isPrivate(address) ? address : null
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function mistake(field: string, problem: string, remedy: string): Mistake {
  return { field, problem, remedy }
}
