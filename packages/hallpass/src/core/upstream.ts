import type { EndReason, Json } from './session.js'

export interface UpstreamTokenOptions {
  /** The one backend that is to accept the token (`aud`). Never the audience of our own access tokens. */
  readonly audience: string
  /** How long the token lives, seconds. Default 60; 900 at most. The same one is handed out for half of that. */
  readonly ttl?: number
}

/** For `Authorization: Bearer` to one backend: a JWT (RFC 9068) with the claims of an access token, `sid` and all. */
export interface UpstreamToken {
  readonly token: string
  /** What it says. */
  readonly claims: { readonly [name: string]: Json }
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/**
 * Why what a request was let in with is no longer good: why its session ended, `stale` where what its token says has
 * changed, `unconfirmed` where nobody could be asked for too long.
 */
export type OverBecause = EndReason | 'stale' | 'unconfirmed'
