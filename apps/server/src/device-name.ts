import { parse } from 'bowser'

const longestUserAgent = 512
const longestName = 48

/** A name for people, such as "Chrome on Linux", from the `User-Agent`; null where it tells neither. */
export function deviceName(userAgent: string): string | null {
  const { browser, os } = parse(userAgent.slice(0, longestUserAgent) || ' ')
  const parts = [browser.name, os.name].flatMap((name) => (name === undefined || name === '' ? [] : [plain(name)]))
  return parts.length === 0 ? null : parts.join(' on ')
}

/** Bowser names what it does not know by a part of what was sent: letters, digits and a little more, not too many. */
function plain(name: string): string {
  return name.replace(/[^\p{L}\p{N} ._-]/gu, '').slice(0, longestName)
}
