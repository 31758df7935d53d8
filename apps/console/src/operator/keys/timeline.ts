import type { KeySchedule, ScheduledKey } from './schedule.js'

/** A key as a bar from when it is what it is to when it is due for its next state. Places and widths: from 0 to 1. */
export interface Bar {
  readonly key: ScheduledKey
  readonly from: number
  readonly width: number
  /** Whether it goes on from there: nothing is due, or the next key goes to work. */
  readonly goesOn: boolean
}

export interface Timeline {
  readonly bars: readonly Bar[]
  readonly now: number
  /** When the key that is next goes to work by itself. */
  readonly rotates: number
  readonly ticks: readonly { readonly at: number; readonly time: number }[]
}

const order = { next: 0, active: 1, retiring: 2, retired: 3 } as const
const hour = 3_600_000
const day = 24 * hour
const steps = [
  hour / 60,
  hour / 12,
  hour / 4,
  hour,
  6 * hour,
  day,
  2 * day,
  7 * day,
  14 * day,
  30 * day,
  90 * day,
  365 * day,
]

/** The ring as a picture: the key that is next above, those that retire below. Times are milliseconds since 1970. */
export function timeline({ keys, rotatesAt }: KeySchedule, now: number): Timeline {
  const ends = keys.map(({ until }) => until ?? rotatesAt)
  const [first, last] = [Math.min(now, ...keys.map(({ since }) => since)), Math.max(now, rotatesAt, ...ends)]
  const margin = Math.max((last - first) / 25, 1)
  const from = first - margin
  // with room to show the key that is next at work
  const length = last - first + 6 * margin
  const place = (time: number): number => (time - from) / length
  return {
    bars: [...keys]
      .sort((one, other) => order[one.state] - order[other.state] || other.since - one.since)
      .map((key) => ({
        key,
        from: place(key.since),
        width: (key.until === null ? 1 : place(key.until)) - place(key.since),
        goesOn: key.until === null || key.state === 'next',
      })),
    now: place(now),
    rotates: place(rotatesAt),
    ticks: ticksOf(from, length).map((time) => ({ at: place(time), time })),
  }
}

/** At most five round times, each a step from the one before. */
function ticksOf(from: number, length: number): number[] {
  const step = steps.find((step) => length / step <= 5) ?? 365 * day * Math.ceil(length / (5 * 365 * day))
  const first = Math.ceil(from / step) * step
  return Array.from({ length: 6 }, (_none, index) => first + index * step).filter((time) => time < from + length)
}
