import type { Draft } from './record-of.js'

/** A record that stands for so many alike. */
export type Coalesced = Draft & { readonly count: number }

const window = 60_000
/** Different ones within a window. */
const most = 100

/** What strangers can bring about at will, and trouble that repeats itself for as long as it lasts. */
const coalesced: ReadonlySet<string> = new Set([
  'refused',
  'cookies-ambiguous',
  'refresh-repeated',
  'sign-in-failed',
  'trouble',
  'clock-skewed',
  'lease-refused',
])

/**
 * Bounds what is written down: of records alike (by type, code, and subject or else network) the first at once, then one
 * a minute for all of that minute; and at most a hundred different ones at a time, the others together as "more".
 */
export interface Coalescing {
  /** What of it is to be written at once; null where it is counted. */
  take(draft: Draft): Coalesced | null
  /** What has been counted for a minute. */
  due(now: number): readonly Coalesced[]
  /** Everything that has been counted. */
  rest(): readonly Coalesced[]
  /** How many are being counted, at most a hundred and one. */
  readonly size: number
}

interface Counted {
  since: number
  count: number
  latest: Draft
}

export function createCoalescing(): Coalescing {
  const counting = new Map<string, Counted>()

  return {
    take(draft) {
      if (!coalesced.has(draft.type)) return { ...draft, count: 1 }
      const own = keyOf(draft)
      const fits = counting.has(own) || counting.size - (counting.has(overflow) ? 1 : 0) < most
      const key = fits ? own : overflow
      const latest = fits ? draft : more(draft.at)
      const counted = counting.get(key)
      if (counted === undefined) {
        counting.set(key, { since: draft.at, count: 0, latest })
        return { ...latest, count: 1 }
      }
      counted.count += 1
      counted.latest = latest
      return null
    },

    due(now) {
      const due: Coalesced[] = []
      for (const [key, counted] of counting) {
        // a clock that was set back must not keep it for ever
        if (Math.abs(now - counted.since) < window) continue
        if (counted.count === 0) counting.delete(key)
        else {
          due.push({ ...counted.latest, count: counted.count })
          counted.since = now
          counted.count = 0
        }
      }
      return due
    },

    rest() {
      const rest = [...counting.values()].filter(({ count }) => count > 0)
      counting.clear()
      return rest.map(({ latest, count }) => ({ ...latest, count }))
    },

    get size() {
      return counting.size
    },
  }
}

const overflow = 'more'

function more(at: number): Draft {
  return { at, type: 'more', subject: null, session: null, network: null, details: {} }
}

function keyOf({ type, subject, network, details }: Draft): string {
  return JSON.stringify([type, details['code'] ?? details['during'] ?? details['where'] ?? null, subject ?? network])
}
