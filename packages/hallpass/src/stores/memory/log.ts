import type { LogEntry, LogReading, LogTerms, Member, Membership, NewEntry, Position } from '../../core/log.js'
import type { LogHint, LogStore } from '../../core/store.js'

/** The log, and how the other ports append to it within their own step. */
export interface MemoryLog {
  readonly port: LogStore
  readonly append: (entry: NewEntry | undefined, counter?: number) => void
}

export function logIn(open: () => void): MemoryLog {
  const listeners = listenersOf()
  const entries = entriesOf()
  const members = new Map<string, Member>()
  let terms: LogTerms | null = null

  const append = (entry: NewEntry | undefined, counter: number | null = entry?.counter ?? null): void => {
    const appended = entry === undefined ? null : entries.append({ ...entry, counter })
    if (appended !== null) listeners.tell({ about: 'entry', entry: appended })
  }

  const port: LogStore = {
    mayForget: false,
    inOrder: true,
    subscribe: listeners.add,
    async renew(member, asked, after) {
      open()
      terms ??= { ...asked }
      if (agree(terms, asked)) {
        terms = { ...terms, retention: Math.max(terms.retention, asked.retention) }
        write(members, member)
      }
      return { ...entries.read(after), terms, time: null, leaseFor: null }
    },
    async append(entry) {
      open()
      append(entry)
    },
    async standing(entry, position) {
      open()
      return { entry: entries.find(entry), held: entries.holds(position), members: [...members.values()] }
    },
    async acknowledge(incarnation, position) {
      open()
      const member = members.get(incarnation)
      if (member === undefined || !entries.holds(position)) return 'refused'
      members.set(incarnation, { ...member, acknowledged: Math.max(member.acknowledged, position.sequence) })
      listeners.tell({ about: 'acknowledgement', incarnation, sequence: position.sequence })
      return 'acknowledged'
    },
    async retire(incarnation, mark) {
      open()
      if (members.get(incarnation)?.mark !== mark) return 'kept'
      members.delete(incarnation)
      listeners.tell({ about: 'anything' })
      return 'retired'
    },
    async truncate(through) {
      open()
      entries.truncate(through)
    },
    async revokesToken(tokenId) {
      open()
      return entries.revokesToken(tokenId)
    },
    async members() {
      open()
      return [...members.values()]
    },
  }
  return { port, append }
}

function write(members: Map<string, Member>, { incarnation, mark, renewal, lease, lastKnownGood }: Membership): void {
  const row = members.get(incarnation)
  if (row !== undefined && row.renewal >= renewal) return
  members.set(incarnation, { incarnation, mark, renewal, lease, lastKnownGood, acknowledged: row?.acknowledged ?? 0 })
}

function agree(one: LogTerms, other: LogTerms): boolean {
  return one.deployment === other.deployment && one.protocol === other.protocol
}

function entriesOf() {
  const identity = globalThis.crypto.randomUUID()
  let start: Position = { sequence: 0, id: identity }
  const kept: LogEntry[] = []
  const sequences = new Map<string, number>()
  /** By id of the token, the last entry that revokes it. */
  const tokens = new Map<string, number>()

  const at = (sequence: number): Position | undefined =>
    sequence === start.sequence ? start : kept[sequence - start.sequence - 1]
  const holds = (position: Position | null): boolean => position !== null && at(position.sequence)?.id === position.id

  return {
    holds,
    find(id: string): LogEntry | null {
      const sequence = sequences.get(id)
      return sequence === undefined ? null : kept[sequence - start.sequence - 1]!
    },
    append(entry: NewEntry): LogEntry | null {
      if (sequences.has(entry.id)) return null
      const last = kept.at(-1) ?? start
      const appended: LogEntry = { ...entry, sequence: last.sequence + 1, previous: last.id }
      kept.push(appended)
      sequences.set(entry.id, appended.sequence)
      if (entry.kind === 'token' && entry.target !== null) tokens.set(entry.target, appended.sequence)
      return appended
    },
    read(after: Position | null): Pick<LogReading, 'identity' | 'start' | 'held' | 'entries'> {
      const from = after !== null && holds(after) ? after : null
      const entries = kept.slice((from ?? start).sequence - start.sequence)
      return { identity, start, held: from !== null, entries }
    },
    truncate(through: Position): void {
      if (through.sequence <= start.sequence || !holds(through)) return
      for (const { id, target, sequence } of kept.splice(0, through.sequence - start.sequence)) {
        sequences.delete(id)
        if (target !== null && tokens.get(target) === sequence) tokens.delete(target)
      }
      start = { sequence: through.sequence, id: through.id }
    },
    revokesToken: (tokenId: string): boolean => tokens.has(tokenId),
  }
}

function listenersOf() {
  const listeners = new Set<{ readonly heard: (hint: LogHint) => void }>()
  return {
    add(this: void, heard: (hint: LogHint) => void): () => void {
      const listener = { heard }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell(hint: LogHint): void {
      for (const listener of listeners) {
        queueMicrotask(() => {
          if (listeners.has(listener)) listener.heard(hint)
        })
      }
    },
  }
}
