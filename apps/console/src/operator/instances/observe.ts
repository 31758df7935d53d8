import type { MemberBody, MembersAnswer } from 'hallpass-server/contract'

/** One instance as it has been seen from here. Times are those of this page, milliseconds. */
export interface Observed {
  readonly member: MemberBody
  /** When its renewal was last seen to have grown, or when it was first seen at all. */
  readonly renewedAt: number
  /** When it was last seen to acknowledge something; null where that was before this page looked. */
  readonly acknowledgedAt: number | null
  /** Of the last looks, the latest last: whether it had renewed since the one before. */
  readonly beats: readonly boolean[]
  /** When it was first missing; null while it is listed. */
  readonly goneAt: number | null
}

/**
 * `renews`; `late`: two renewals are overdue; `silent`: its lease has run out since it was last seen to renew; `gone`: it
 * has left, or was retired.
 */
export type Standing = 'renews' | 'late' | 'silent' | 'gone'

export type Announced = Exclude<Standing, 'late'>

/** How many looks are kept, and for how long who is gone: long enough for people to see it. */
export const looksKept = 30
const goneKept = 60_000

/** What is known after another look at the members at `now`. The time between looks that failed counts for nobody. */
export function observe(before: readonly Observed[], { members }: MembersAnswer, now: number): Observed[] {
  const known = new Map(before.map((observed) => [observed.member.incarnation, observed]))
  const listed = new Set(members.map(({ incarnation }) => incarnation))
  const gone = before
    .filter(({ member }) => !listed.has(member.incarnation))
    .map((observed) => ({ ...observed, goneAt: observed.goneAt ?? now }))
    .filter(({ goneAt }) => now - goneAt < goneKept)
  return [...members.map((member) => seen(known.get(member.incarnation), member, now)), ...gone]
}

function seen(before: Observed | undefined, member: MemberBody, now: number): Observed {
  if (before === undefined) return { member, renewedAt: now, acknowledgedAt: null, beats: [], goneAt: null }
  const renewed = member.renewal !== before.member.renewal
  const acknowledged = member.acknowledged !== before.member.acknowledged
  return {
    member,
    renewedAt: renewed ? now : before.renewedAt,
    acknowledgedAt: acknowledged ? now : before.acknowledgedAt,
    beats: [...before.beats, renewed].slice(-looksKept),
    goneAt: null,
  }
}

/** `lookedAt`: when the members were last seen. */
export function standingOf({ goneAt, member, renewedAt }: Observed, lookedAt: number): Standing {
  if (goneAt !== null) return 'gone'
  const since = lookedAt - renewedAt
  if (since > member.lease) return 'silent'
  // an instance renews every third of its lease
  return since > (member.lease * 2) / 3 ? 'late' : 'renews'
}

/** Whose standing is another one than a look before: what is worth saying aloud. */
export function changes(
  before: { readonly observed: readonly Observed[]; readonly lookedAt: number },
  after: { readonly observed: readonly Observed[]; readonly lookedAt: number },
): { readonly incarnation: string; readonly standing: Announced }[] {
  const earlier = new Map(
    before.observed.map((observed) => [observed.member.incarnation, told(standingOf(observed, before.lookedAt))]),
  )
  return after.observed
    .map((observed) => ({
      incarnation: observed.member.incarnation,
      standing: told(standingOf(observed, after.lookedAt)),
    }))
    .filter(({ incarnation, standing }) => (earlier.get(incarnation) ?? 'renews') !== standing)
}

/** One that is late is shown, but most of the time it is just late: not worth interrupting anybody. */
function told(standing: Standing): Announced {
  return standing === 'late' ? 'renews' : standing
}
