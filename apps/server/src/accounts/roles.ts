import { type AccountStore, type Hallpass, HallpassError } from 'hallpass'

/** Who may do everything that `/admin` offers. */
export const operatorRole = 'operator'

/** The roles of accounts, for what tokens say. */
export interface Roles {
  /** None for a subject without an account. Errors: `store-unavailable`. */
  of(subject: string): Promise<readonly string[]>
}

interface Remembered {
  readonly roles: readonly string[]
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Subjects whose roles are remembered; the one read longest ago makes room. */
const most = 10_000

/**
 * Reads roles from the store each time. While the store is away they are those last read, for no longer than memory may
 * be believed anyhow; and never older than a change that this instance has heard of.
 */
export function createRoles(
  accounts: Pick<AccountStore, 'find'>,
  { policy, feed }: Pick<Hallpass, 'policy' | 'feed'>,
  now: () => number,
): Roles {
  const { leases } = policy
  const longest = leases === null ? 0 : leases.lease + leases.lastKnownGood
  const remembered = new Map<string, Remembered>()
  /** Of what was heard: a reading that began before it is not remembered. */
  let heard = 0
  if (leases !== null)
    feed.subscribe((hint) => {
      const { kind = null, target = null } = hint.about === 'entry' ? hint.entry : {}
      if (kind !== 'changed' && kind !== 'forgot') return
      heard += 1
      if (target === null) remembered.clear()
      else remembered.delete(target)
    })

  return {
    async of(subject) {
      const asked = now()
      const before = heard
      try {
        const roles = (await accounts.find(subject))?.roles ?? []
        remembered.delete(subject)
        if (before === heard) remembered.set(subject, { roles, at: asked })
        if (remembered.size > most) remembered.delete(remembered.keys().next().value!)
        return roles
      } catch (error) {
        const last = remembered.get(subject)
        const isAway = error instanceof HallpassError && error.code === 'store-unavailable'
        if (isAway && last !== undefined && Math.abs(asked - last.at) <= longest) return last.roles
        throw error
      }
    },
  }
}
