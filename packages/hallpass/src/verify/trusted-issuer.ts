import type { HallpassEvent } from '../core/events.js'
import type { Crypto, Runtime } from '../core/ports.js'
import type { LogFeed } from '../core/store.js'
import { type CompactToken, readSegment } from '../keys/compact.js'
import type { VerificationParts } from '../keys/verification.js'
import { readVerifiedClaims, type VerifiedClaims, whyNotJudged } from './claims.js'
import { IssuerKeys } from './issuer-keys.js'
import type { IssuerPolicy } from './options.js'
import { remoteLog } from './remote-log.js'
import { readRemoteKeys } from './remote-keys.js'
import { WatchedLog } from './watched-log.js'

/** How far ahead of ours an issuer's clock may be, seconds. */
const clockTolerance = 5

export interface TrustedIssuerParts {
  readonly crypto: Crypto
  readonly runtime: Runtime
  readonly fetch: typeof fetch | undefined
  readonly emit: (event: HallpassEvent) => void
}

/** One issuer at work: its keys, its log, and what its tokens are held to. */
export interface TrustedIssuer {
  readonly issuer: string
  readonly keys: IssuerKeys
  readonly log: WatchedLog | null
  readonly verification: VerificationParts<VerifiedClaims>
  close(): Promise<void>
}

export function createTrustedIssuer(policy: IssuerPolicy, parts: TrustedIssuerParts): TrustedIssuer {
  const { crypto, runtime } = parts
  const { issuer, types } = policy
  const keys = createKeys(policy, parts)
  const { log, close } = watch(policy, keys, parts)
  const rules = { ...policy, clockTolerance }
  const verification: VerificationParts<VerifiedClaims> = {
    ...{ crypto, types },
    find: (kid) => keys.find(kid),
    read(payload, type, now) {
      const read = readVerifiedClaims(payload, type, rules, now)
      const reason = read.ok && log !== null ? whyNotJudged(read.claims) : null
      return reason === null ? read : { ok: false, reason }
    },
    now: () => runtime.now(),
  }
  return { issuer, keys, log, verification, close }
}

/**
 * Who is said to have issued a token. With a list of issuers the payload is asked before its signature is right, for
 * this alone: whose key it must be right under.
 */
export function issuerChooser(issuers: readonly TrustedIssuer[]): (token: CompactToken) => TrustedIssuer | undefined {
  if (issuers.length === 1) return () => issuers[0]
  const byName = new Map<unknown, TrustedIssuer>(issuers.map((issuer) => [issuer.issuer, issuer]))
  return ({ payload }) => {
    const read = readSegment(payload)
    return read.ok ? byName.get(read.object['iss']) : undefined
  }
}

function createKeys({ issuer, jwks, algorithm }: IssuerPolicy, parts: TrustedIssuerParts): IssuerKeys {
  const { crypto, runtime, emit } = parts
  const fetch = parts.fetch ?? globalThis.fetch
  return new IssuerKeys({
    ...{ crypto, runtime },
    read:
      jwks instanceof URL
        ? () => readRemoteKeys({ address: jwks, algorithm, runtime, fetch })
        : async () => ({ keys: jwks, freshFor: Infinity }),
    tell: (error) => emit({ type: 'trouble', at: runtime.now(), where: `keys of ${issuer}`, error }),
  })
}

function watch(
  { issuer, maximumLifetime, log }: IssuerPolicy,
  keys: IssuerKeys,
  { crypto, runtime, fetch, emit }: TrustedIssuerParts,
): Pick<TrustedIssuer, 'log' | 'close'> {
  if (log === undefined) return { log: null, close: async () => undefined }
  const watched = (upstream: LogFeed): WatchedLog =>
    new WatchedLog({ upstream, issuer, maximumLifetime, keys, crypto, runtime, emit })
  if ('renew' in log) {
    const own = watched(log)
    return { log: own, close: () => own.close() }
  }
  const upstream = remoteLog({ ...log, runtime, ...(fetch === undefined ? {} : { fetch }) })
  const own = watched(upstream)
  return {
    log: own,
    async close() {
      await own.close()
      await upstream.close()
    },
  }
}
