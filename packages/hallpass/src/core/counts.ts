import type { LeaseState } from './log.js'

/**
 * Why a check asked the store rather than memory.
 *
 * - `no-lease`: memory may not be trusted at the moment, or this instance takes no leases.
 * - `not-remembered`: the first time this instance meets the credential, or its session has changed since.
 * - `not-confirmed`: memory says something other than yes, and only ever a yes counts.
 * - `store-forgot`: the token is older than the moment at which the store was found to have forgotten.
 */
export type AskedStoreBecause = 'no-lease' | 'not-remembered' | 'not-confirmed' | 'store-forgot'

/** Checks of this instance since it started, by where the answer came from. */
export interface Counts {
  fromMemory: number
  askedStore: Record<AskedStoreBecause, number>
}

/** What an instance can say of itself at once, for a page of metrics. */
export interface Figures extends Readonly<Counts> {
  readonly lease: LeaseState
  /** Sessions remembered under the lease. */
  readonly cachedSessions: number
  /** Entries of the revocation log that are remembered. */
  readonly rememberedEntries: number
  /** Remote verifiers and instances that hold a lease of this one. */
  readonly below: number
  /** Requests and connections that are to be told when their session is over. */
  readonly watched: number
}

export function noCounts(): Counts {
  return { fromMemory: 0, askedStore: { 'no-lease': 0, 'not-remembered': 0, 'not-confirmed': 0, 'store-forgot': 0 } }
}
