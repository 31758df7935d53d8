import type { LeaseState, MemberState } from '../core/log.js'
import type { Figures } from '../core/counts.js'
import type { Engine } from './engine.js'
import type { Parts } from './parts.js'

/** How this instance stands to the revocation log. */
export function leaseOf({ holder }: Pick<Parts, 'holder'>): LeaseState {
  if (holder === null) return { valid: false, incarnation: null, sequence: null, lag: null }
  return { ...holder.status(), incarnation: holder.incarnation }
}

/** Every member that the log knows of; their marks are their own affair. */
export async function membersOf({ store, holder }: Pick<Parts, 'store' | 'holder'>): Promise<readonly MemberState[]> {
  const members = await store.log.members()
  return members.map(({ mark: _mark, ...member }) => ({
    ...member,
    self: member.incarnation === holder?.incarnation,
  }))
}

/** What this instance can say of itself without asking anybody. */
export function figuresOf(engine: Engine): Figures {
  const { fromMemory, askedStore } = engine.counts
  return {
    lease: leaseOf(engine),
    fromMemory,
    askedStore: { ...askedStore },
    cachedSessions: engine.cache.size,
    rememberedEntries: engine.view.size,
    below: engine.relay?.size ?? 0,
    watched: engine.watcher.size,
  }
}
