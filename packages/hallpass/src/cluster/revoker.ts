import { HallpassError } from '../core/errors.js'
import { type LeaseTiming, waitOut } from '../core/lease.js'
import type { LogEntry, Member, NewEntry, Position, Standing } from '../core/log.js'
import type { Runtime } from '../core/ports.js'
import type { RevokeOptions } from '../core/receipt.js'
import type { LogStore } from '../core/store.js'
import { withinDeadline } from './deadline.js'
import type { LeaseHolder } from './lease-holder.js'
import type { View } from './view.js'

/** What a revocation rests on once it has happened. */
export interface Assurance {
  /** Incarnations that said they know, this instance's own among them. */
  readonly acknowledged: readonly string[]
  /** Incarnations that said nothing until their lease was over. */
  readonly waitedOut: readonly string[]
  /** False where last-known-good times were not waited for. */
  readonly complete: boolean
  /** When every last-known-good time is over, milliseconds since 1970; null where that is so already. */
  readonly completeAt: number | null
  readonly tookMilliseconds: number
}

export interface Revoker {
  /**
   * Brings something about that appends `entry`, and resolves when no instance believes otherwise; null where it was
   * not brought about (another writer was first). Rejects with the trouble, or with `unconfirmed` where the log lost
   * the entry: then nothing is assured.
   */
  revoke(entry: NewEntry, bringAbout: () => Promise<boolean>, options?: RevokeOptions): Promise<Assurance | null>
}

export interface RevokerParts {
  readonly log: Pick<LogStore, 'standing' | 'retire' | 'mayForget' | 'inOrder'>
  /** Null where this instance takes no leases. */
  readonly holder: LeaseHolder | null
  readonly view: View
  readonly runtime: Runtime
  readonly timing: LeaseTiming
}

/** How often the members are read again while nothing is heard of them, milliseconds. */
const pollEvery = 100

/** How long a step of the store may take, milliseconds: then the revocation rejects, and nothing is assured. */
const patience = 5000

export function createRevoker(parts: RevokerParts): Revoker {
  const { log, holder, view, runtime } = parts
  const standingOf = (entry: NewEntry, position: Position | null): Promise<Standing> =>
    withinDeadline(runtime, patience, log.standing(entry.id, position))

  return {
    async revoke(entry, bringAbout, options = {}) {
      const began = runtime.monotonic()
      const position = view.position
      const hints = listen(holder, runtime)
      try {
        let marks = holder?.marks ?? []
        const happening = withinDeadline(runtime, patience, bringAbout())
        // Sent right behind it, and answered in the same round trip.
        const early = log.inOrder ? standingOf(entry, position).catch(() => null) : null
        if (!(await happening)) return null
        const wait = createWait(parts, position, options.until === 'leases')
        let standing = await early
        for (;;) {
          if (standing === null || standing.entry === null) {
            hints.reset()
            marks = holder?.marks ?? []
            standing = await standingOf(entry, position)
          }
          if (standing.entry === null) throw new HallpassError('unconfirmed', { reason: 'the log has lost the entry' })
          if (holder !== null) await tellOneself(holder, parts, standing.entry)
          const left = wait.left(standing, [...marks, ...(holder?.marks ?? [])])
          if (left <= 0) break
          await hints.heard(wait.silent, standing.entry.sequence, Math.min(left, pollEvery))
          standing = null
        }
        retire(parts, wait)
        return { ...wait.assurance(), tookMilliseconds: Math.round((runtime.monotonic() - began) * 1000) / 1000 }
      } finally {
        hints.stop()
      }
    },
  }
}

/** This instance must know as well as any other; where it cannot catch up soon, it stops believing. */
async function tellOneself(holder: LeaseHolder, { view, runtime }: RevokerParts, entry: LogEntry): Promise<void> {
  const { sequence, id } = entry
  holder.hear({ about: 'entry', entry })
  if (view.at(sequence)?.id === id) return
  await withinDeadline(runtime, pollEvery, holder.catchUp()).catch(() => undefined)
  if (view.at(sequence)?.id !== id) holder.surrender()
}

interface Wait {
  /** Milliseconds until it is over, as far as this standing tells; 0 where nobody is left to wait for. */
  left(standing: Standing, marks: readonly string[]): number
  /** Whose lease was waited out, and when their marks had been read. */
  readonly silent: readonly Member[]
  readonly readAt: number
  assurance(): Omit<Assurance, 'tookMilliseconds'>
}

function createWait(parts: RevokerParts, position: Position | null, leasesOnly: boolean): Wait {
  const { log, holder, runtime, timing } = parts
  const confirmedAt = runtime.monotonic()
  /** Everybody who was a member when the entry was appended. Whoever comes later has read it in joining. */
  let members: readonly Member[] | null = null
  let readAt = confirmedAt
  let silent: readonly Member[] = []
  /** The log may have forgotten a member: then acknowledgements prove nothing about those it forgot. */
  let forAll = log.mayForget && position === null

  const mayHaveForgotten = (standing: Standing, marks: readonly string[]): boolean => {
    if (position !== null && !standing.held) return true
    if (holder === null) return false
    if (!holder.isEstablished() || holder.hasForgottenLately()) return true
    const own = standing.members.find(({ incarnation }) => incarnation === holder.incarnation)
    return marks.length > 0 && holder.lease !== null && !(own !== undefined && marks.includes(own.mark))
  }
  const isSilent = ({ incarnation }: Member, standing: Standing): boolean => {
    const { sequence } = standing.entry!
    if (incarnation === holder?.incarnation) return holder.mayBelieveOtherwise(sequence)
    const now = standing.members.find((member) => member.incarnation === incarnation)
    // Whose row is gone has left, or was waited out by another revoker.
    return now !== undefined && now.acknowledged < sequence
  }
  const lasts = (waitedFor: readonly Pick<Member, 'lease' | 'lastKnownGood'>[], leases: boolean): number =>
    waitOut(leases ? waitedFor.map(({ lease }) => ({ lease, lastKnownGood: 0 })) : waitedFor, timing)
  const waitedFor = (): readonly Pick<Member, 'lease' | 'lastKnownGood'>[] =>
    forAll ? [...(members ?? []), timing] : silent

  return {
    left(standing, marks) {
      if (members === null) {
        members = standing.members
        readAt = runtime.monotonic()
      }
      forAll ||= mayHaveForgotten(standing, marks)
      silent = members.filter((member) => isSilent(member, standing))
      if (silent.length === 0 && !forAll) return 0
      return confirmedAt + lasts(waitedFor(), leasesOnly) - runtime.monotonic()
    },
    get silent() {
      return silent
    },
    get readAt() {
      return readAt
    },
    assurance() {
      const names = (list: readonly Member[]): string[] => list.map(({ incarnation }) => incarnation)
      const until = confirmedAt + lasts(waitedFor(), false) - runtime.monotonic()
      const complete = waitedFor().length === 0 || until <= 0
      return {
        acknowledged: names((members ?? []).filter((member) => !silent.includes(member))),
        waitedOut: names(silent),
        complete,
        completeAt: complete ? null : runtime.now() + until,
      }
    },
  }
}

/** Those who are gone for good, so that nobody waits for them twice: only where they have not renewed for a full window. */
function retire({ log, runtime, timing }: RevokerParts, { silent, readAt }: Wait): void {
  for (const member of silent) {
    const due = readAt + waitOut([member], timing) - runtime.monotonic()
    runtime.later(Math.max(0, due), () => void log.retire(member.incarnation, member.mark).catch(() => undefined))
  }
}

interface Hints {
  reset(): void
  /** Resolves when all of them were heard of since the last reset, or something may have happened, or after so long. */
  heard(members: readonly Member[], sequence: number, milliseconds: number): Promise<void>
  stop(): void
}

function listen(holder: LeaseHolder | null, runtime: Runtime): Hints {
  const sequences = new Map<string, number>()
  let anything = false
  let check: (() => void) | null = null
  const stop = holder?.onAcknowledgement((acknowledgement) => {
    if (acknowledgement === null) anything = true
    else sequences.set(acknowledgement.incarnation, acknowledgement.sequence)
    check?.()
  })
  return {
    reset() {
      sequences.clear()
      anything = false
    },
    heard(members, sequence, milliseconds) {
      const isEnough = (): boolean =>
        anything ||
        (members.length > 0 && members.every(({ incarnation }) => (sequences.get(incarnation) ?? -1) >= sequence))
      if (isEnough()) return Promise.resolve()
      return new Promise((resolve) => {
        const callOff = runtime.later(milliseconds, resolve, true)
        check = () => {
          if (!isEnough()) return
          callOff()
          resolve()
        }
      })
    },
    stop: () => stop?.(),
  }
}
