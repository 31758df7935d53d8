import { LeaseHolder, type LeaseHolderParts, type Lost } from '#src/cluster/lease-holder.js'
import { createRevoker, type Revoker } from '#src/cluster/revoker.js'
import { View } from '#src/cluster/view.js'
import type { HallpassEvent } from '#src/core/events.js'
import { defaultTiming } from '#src/core/lease.js'
import type { EntryKind, LogEntry, NewEntry } from '#src/core/log.js'
import type { LogFeed, LogStore, Store } from '#src/core/store.js'
import { manualClock, type ManualClock } from '#src/testing/manual-clock.js'

export const terms = { deployment: 'https://app.example', protocol: 1, retention: 910_000 }
export const timing = defaultTiming

let drawn = 0

export function entry(kind: EntryKind, target: string | null, differences: Partial<NewEntry> = {}): NewEntry {
  return { id: `e${++drawn}`, kind, target, counter: null, kept: null, because: null, ...differences }
}

/** The entries as a log would hold them that begins at `identity`. */
export function chained(identity: string, entries: readonly NewEntry[], from = 0): LogEntry[] {
  let previous = identity
  return entries.map((one, index) => {
    const linked = { ...one, sequence: from + index + 1, previous }
    previous = one.id
    return linked
  })
}

export interface Instance {
  readonly clock: ManualClock
  readonly view: View
  readonly holder: LeaseHolder
  readonly revoker: Revoker
  readonly events: HallpassEvent[]
  readonly lost: Lost[]
}

/** One member on a log, or on a relay (then it revokes nothing), with a clock that stands still until told otherwise. */
export function member(
  upstream: LogFeed,
  parts: Partial<LeaseHolderParts> & { readonly clock?: ManualClock } = {},
): Instance {
  const { clock = manualClock(), ...others } = parts
  const log = upstream as LogStore
  const view = new View()
  const events: HallpassEvent[] = []
  const lost: Lost[] = []
  const holder = new LeaseHolder({
    upstream,
    view,
    runtime: clock,
    timing,
    terms,
    random: () => `r${++drawn}`,
    emit: (event) => void events.push(event),
    housekeeping: { recover: async (what) => void lost.push(what), truncate: (through) => log.truncate(through) },
    below: null,
    ...others,
  })
  const revoker = createRevoker({ log, holder, view, runtime: clock, timing })
  return { clock, view, holder, revoker, events, lost }
}

/** Lets everything that waits for no clock come to its end. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
}

export async function joined(upstream: LogFeed, parts: Parameters<typeof member>[1] = {}): Promise<Instance> {
  const instance = member(upstream, parts)
  instance.holder.holds()
  await settled()
  return instance
}

/** The store's log behind something that changes its answers. */
export function altered(store: Store, changes: Partial<LogStore>): LogStore {
  return { ...store.log, ...changes }
}
