import { setTimeout as sleep } from 'node:timers/promises'
import {
  type LogReading,
  type LogTerms,
  type Membership,
  type NewEntry,
  type Position,
  protocol,
} from '../../core/log.js'
import type { LogHint, Store } from '../../core/store.js'

export const terms: LogTerms = { deployment: 'https://auth.example.org', protocol, retention: 1000 }

let made = 0

/** An entry that differs from every other one in its id. */
export function sampleEntry(differences: Partial<NewEntry> = {}): NewEntry {
  const id = String(++made).padStart(22, 'e')
  return { id, kind: 'session', target: 's_1', counter: null, kept: null, because: 'revoked', ...differences }
}

/** A member that differs from every other one in its incarnation and mark. */
export function sampleMember(differences: Partial<Membership> = {}): Membership {
  const number = String(++made)
  const [incarnation, mark] = [number.padStart(22, 'i'), number.padStart(22, 'm')]
  return { incarnation, mark, renewal: 1, lease: 2000, lastKnownGood: 0, ...differences }
}

/** What a member says when it renews again. */
export function renewed(member: Membership, differences: Partial<Membership> = {}): Membership {
  return { ...member, mark: sampleMember().mark, renewal: member.renewal + 1, ...differences }
}

/** The log as somebody reads it who joins for that and leaves again. */
export async function readLog(store: Pick<Store, 'log'>, after: Position | null = null): Promise<LogReading> {
  const reader = sampleMember()
  const reading = await store.log.renew(reader, terms, after)
  await store.log.retire(reader.incarnation, reader.mark)
  return reading
}

/** Entries appended one after the other, as they are in the log. */
export async function appended(store: Store, count: number): Promise<LogReading['entries']> {
  for (let number = 0; number < count; number++) await store.log.append(sampleEntry())
  return (await readLog(store)).entries
}

export function positionOf({ sequence, id }: Position): Position {
  return { sequence, id }
}

/** Where the log begins that nothing has been cut from. */
export async function beginning(store: Store): Promise<Position> {
  return { sequence: 0, id: (await readLog(store)).identity }
}

/** Lets something happen again and again, as any one hint may be lost, until `isHeard` says so. */
export async function heardSoon(
  happen: () => Promise<unknown>,
  isHeard: () => boolean,
  longest = 3000,
): Promise<boolean> {
  for (let waited = 0; waited < longest && !isHeard(); waited += 20) {
    if (waited % 100 === 0) await happen()
    if (!isHeard()) await sleep(20)
  }
  return isHeard()
}

/** Collects hints; the store's own way to stop is `stop`. */
export function listening(store: Store): { readonly heard: LogHint[]; readonly stop: () => void } {
  const heard: LogHint[] = []
  return { heard, stop: store.log.subscribe((hint) => void heard.push(hint)) }
}
