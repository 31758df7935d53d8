import type { Store, StoreWarning } from 'hallpass'

export type { StoreWarning } from 'hallpass'

/** A store of ours, which closes its client with it. */
export interface OpenStore extends Store {
  /** Resolves when the first attempt to connect has succeeded or failed: there will be more of them. */
  readonly attempted: Promise<void>
}

export interface Hearing {
  warned(warning: StoreWarning): void
  /** A connection broke or could not be made; it is tried again. */
  disconnected(error: unknown): void
}
