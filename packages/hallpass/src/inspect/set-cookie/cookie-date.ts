const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const delimiter = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/

/** Milliseconds since 1970 of a date in `Expires`, read as leniently as browsers do (RFC 6265bis, section 5.1.1); null for none. */
export function readCookieDate(text: string): number | null {
  const found: { time?: readonly number[]; day?: number; month?: number; year?: number } = {}
  for (const token of text.split(delimiter)) {
    const time = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/.exec(token)
    const month = months.indexOf(token.slice(0, 3).toLowerCase())
    const day = /^\d{1,2}(?:\D|$)/.test(token) ? Number.parseInt(token, 10) : null
    const year = /^\d{2,4}(?:\D|$)/.test(token) ? Number.parseInt(token, 10) : null
    if (found.time === undefined && time !== null) found.time = time.slice(1).map(Number)
    else if (found.day === undefined && day !== null) found.day = day
    else if (found.month === undefined && month !== -1) found.month = month
    else if (found.year === undefined && year !== null) found.year = fullYear(year)
  }
  const { time, day, month, year } = found
  if (time === undefined || day === undefined || month === undefined || year === undefined) return null
  const [hours = 24, minutes = 60, seconds = 60] = time
  if (year < 1601 || minutes > 59 || seconds > 59) return null
  // a day or an hour that does not exist leads to another day
  const date = new Date(Date.UTC(year, month, day, hours, minutes, seconds))
  return date.getUTCDate() === day ? date.getTime() : null
}

function fullYear(year: number): number {
  if (year >= 70 && year <= 99) return year + 1900
  return year <= 69 ? year + 2000 : year
}
