import type { ErrorCode } from './errors.js'
import type { Receipt } from './receipt.js'
import type { Device, EndReason } from './session.js'
import type { KeyRecord } from './store.js'

interface AboutSession {
  /** When it happened, milliseconds since 1970. */
  readonly at: number
  readonly session: string
  readonly subject: string | null
}

/** What Hallpass tells the operator. No event carries a secret, a token or a hash of one. */
export type HallpassEvent =
  | ({ readonly type: 'signed-in'; readonly device: Device; readonly amr: readonly string[] } & AboutSession)
  | ({ readonly type: 'stepped-up'; readonly amr: readonly string[] } & AboutSession)
  | ({ readonly type: 'session-ended'; readonly because: EndReason } & AboutSession)
  | ({ readonly type: 'refresh-rotated'; readonly generation: number } & AboutSession)
  /** An earlier refresh token came back within the retry allowance, from another device. */
  | ({ readonly type: 'refresh-repeated'; readonly rotatedBy: Device; readonly presentedBy: Device } & AboutSession)
  /** Theft: a refresh token older than the retry allowance. Names the device that rotated last and the one that came now. */
  | ({
      readonly type: 'refresh-reused'
      readonly generation: number
      readonly presentedGeneration: number
      readonly rotatedBy: Device
      readonly presentedBy: Device
    } & AboutSession)
  /** The store lost a write: an authentic token is newer than the record. */
  | ({
      readonly type: 'store-forgot'
      readonly generation: number
      readonly presentedGeneration: number
    } & AboutSession)
  | { readonly type: 'subject-revoked'; readonly at: number; readonly subject: string; readonly kept: string | null }
  | { readonly type: 'subject-changed'; readonly at: number; readonly subject: string }
  | { readonly type: 'everything-revoked'; readonly at: number }
  | { readonly type: 'key-revoked'; readonly at: number; readonly kid: string }
  /** The key ring was changed by this instance. `active` signs from now on; `keys` is the ring, with since when each is what it is. */
  | {
      readonly type: 'keys-changed'
      readonly at: number
      readonly what: 'began' | 'rotated' | 'published' | 'tidied' | 'imported' | 'revoked' | 'sealed-anew'
      readonly active: string
      readonly keys: readonly Pick<KeyRecord, 'kid' | 'alg' | 'state' | 'since'>[]
    }
  /** A revocation is in force on every instance: the whole receipt. */
  | ({ readonly type: 'revoked' } & Receipt)
  | {
      readonly type: 'refused'
      readonly at: number
      readonly code: ErrorCode
      /** The whole reason, for the operator's eyes. */
      readonly reason: string
      readonly session: string | null
      readonly subject: string | null
      readonly network: string | null
    }
  | {
      readonly type: 'cookies-ambiguous'
      readonly at: number
      readonly names: readonly string[]
      readonly network: string | null
    }
  /** The store lost part of the revocation log. `entries`: how many are published again; `all`: whether that is all that was lost. */
  | {
      readonly type: 'log-forgot'
      readonly at: number
      readonly reason: string
      readonly entries: number
      readonly all: boolean
    }
  /** This instance takes no lease, and asks the store at every check: the log is not the one of this deployment. */
  | { readonly type: 'lease-refused'; readonly at: number; readonly reason: string; readonly deployment: string }
  /** This instance takes no lease while its wall clock is too far from the store's. */
  | { readonly type: 'clock-skewed'; readonly at: number; readonly storeTime: number }
  /** Something outside Hallpass failed: never a verdict about anybody. */
  | { readonly type: 'trouble'; readonly at: number; readonly where: string; readonly error: unknown }

export type EventType = HallpassEvent['type']
export type EventOf<Type extends EventType> = Extract<HallpassEvent, { type: Type }>
