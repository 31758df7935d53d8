/** What a revocation brought about, and on whom it waited. */
export interface Receipt {
  readonly ended: 'session' | 'subject' | 'everything' | 'token' | 'key'
  /** The id of the session, token or key, or the subject; null for everything. */
  readonly target: string | null
  /** The session that went on, where all others were ended. */
  readonly kept: string | null
  /** When it was in force on every instance, milliseconds since 1970. */
  readonly at: number
  /** Instances that said they know. Those that hold no lease ask the store at every check: there is nothing to tell them. */
  readonly acknowledged: readonly string[]
  /** Instances that did not answer, and whose lease was waited out. */
  readonly waitedOut: readonly string[]
  readonly tookMilliseconds: number
  /** False where the caller chose not to wait for last-known-good times. */
  readonly complete: boolean
  /** When it will be complete, milliseconds since 1970; null where it is. */
  readonly completeAt: number | null
}

export interface RevokeOptions {
  /**
   * How long to wait for instances that do not answer: until they believe nothing any more (the default), or only until
   * their leases are over, when nothing but routes that ask for last-known-good answers could still believe them.
   */
  readonly until?: 'last-known-good' | 'leases'
}
