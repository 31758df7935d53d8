/** In which language and time zone times are told. */
export interface TimePlace {
  /** BCP 47. Default `en`. */
  readonly locale?: string
  /** Of the IANA database. Default: the platform's. */
  readonly timeZone?: string
}

/** A time of a token, told in every way that people ask for. */
export interface ToldTime {
  /** ISO 8601, for programs. */
  readonly iso: string
  readonly utc: string
  readonly local: string
  /** `in 3 minutes`, `3 minutes ago`. */
  readonly relative: string
  readonly isPast: boolean
}

/** The latest time that a date can be, milliseconds since 1970 (ECMA-262). */
const latestDate = 8.64e15

const units = [
  ['year', 31_556_952],
  ['month', 2_629_746],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** Null for what no date can be. */
export function tellTime(seconds: number, now: number, place: TimePlace = {}): ToldTime | null {
  const milliseconds = seconds * 1000
  if (!(Math.abs(milliseconds) <= latestDate)) return null
  const date = new Date(milliseconds)
  return {
    iso: date.toISOString(),
    utc: told(date, place, 'UTC'),
    local: told(date, place, place.timeZone),
    relative: tellDistance(milliseconds - now, place),
    isPast: milliseconds <= now,
  }
}

function told(date: Date, { locale = 'en' }: TimePlace, timeZone: string | undefined): string {
  const format = {
    ...({ year: 'numeric', month: 'short', day: 'numeric' } as const),
    ...({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short' } as const),
  }
  const make = (): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, timeZone === undefined ? format : { ...format, timeZone })
  return kept(dateFormats, `${locale} ${timeZone}`, make).format(date)
}

/** @param distance milliseconds; negative for what has passed */
export function tellDistance(distance: number, { locale = 'en' }: TimePlace = {}): string {
  // What is right now has just passed: a token is dead at the very second it names.
  const seconds = distance > 0 ? Math.ceil(distance / 1000) : Math.trunc(distance / 1000)
  const format = kept(distanceFormats, locale, () => new Intl.RelativeTimeFormat(locale, { numeric: 'always' }))
  for (const [unit, size] of units) {
    const count = Math.trunc(seconds / size)
    if (count !== 0) return format.format(count, unit)
  }
  return format.format(distance <= 0 && seconds === 0 ? -0 : seconds, 'second')
}

// Making one takes longer than a hundred uses of it, and a page tells its times every second.
const dateFormats = new Map<string, Intl.DateTimeFormat>()
const distanceFormats = new Map<string, Intl.RelativeTimeFormat>()

function kept<Format>(formats: Map<string, Format>, name: string, make: () => Format): Format {
  const format = formats.get(name) ?? make()
  formats.set(name, format)
  return format
}
