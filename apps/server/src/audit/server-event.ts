import type { Device } from 'hallpass'

/** What the server tells besides the events of the library. Nothing in it is a secret. */
export type ServerEvent =
  | ({ readonly type: 'signed-up' | 'password-changed'; readonly session: string; readonly device: Device } & About)
  /** Somebody named an account that exists, and not its password. */
  | ({
      readonly type: 'sign-in-failed'
      readonly during: 'sign-in' | 'step-up' | 'password-change'
      readonly device: Device
    } & About)
  | ({ readonly type: 'account-disabled' | 'account-enabled' } & About)
  | ({ readonly type: 'roles-changed'; readonly roles: readonly string[] } & About)
  /** Its owner said of an event that this was not them. `session`: the one concerned. */
  | ({
      readonly type: 'disowned'
      readonly session: string | null
      readonly event: string
      readonly what: string
      readonly device: Device
    } & About)
  /** An operator asked for something that changes something, whether or not it came about. */
  | {
      readonly type: 'operator-acted'
      readonly at: number
      /** Their email, or "key". */
      readonly by: string
      /** Method and path. */
      readonly did: string
      readonly status: number
      /** Whom or what it was about. */
      readonly subject: string | null
      readonly session: string | null
      readonly network: string | null
    }

interface About {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly subject: string
}
