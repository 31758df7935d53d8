import { type CookieArrival, isLocal } from './arrival.js'
import type { ReadCookie } from './parse.js'
import { bad, good, type Verdict, worth } from './verdict.js'
import { isCredential } from './value.js'

/** Bytes of name and value that browsers keep. */
const longestCookie = 4096

/** Prefixes of names that browsers hold to their word, the longest first: in any case (section 5.7). */
const prefixes = [
  { prefix: '__Host-Http-', httpOnly: true, hostOnly: true },
  { prefix: '__Http-', httpOnly: true, hostOnly: false },
  { prefix: '__Host-', httpOnly: false, hostOnly: true },
  { prefix: '__Secure-', httpOnly: false, hostOnly: false },
] as const

/** Why no browser keeps the cookie; null where they do. */
export function keptProblem(cookie: ReadCookie, arrival: CookieArrival): Verdict | null {
  const { name, value, secure, sameSite, domain } = cookie
  const drop = (said: string, remedy: string, section: string): Verdict => bad('Kept', said, remedy, section)
  if (new TextEncoder().encode(name + value).length > longestCookie)
    return drop('Browsers drop it: name and value are longer than 4,096 bytes.', 'Keep the data on the server.', '5.6')
  if (name === '' && prefixOf(value) !== null)
    return drop('Browsers drop it: a value alone may not pretend to be a prefixed name.', 'Give it a name.', '5.7')
  if (domain !== null && !covers(domain, arrival.host))
    return drop(`Browsers drop it: ${arrival.host} is not within ${domain}.`, 'Leave Domain out.', '5.7')
  if (domain !== null && domain !== arrival.host && !domain.includes('.'))
    return drop(`Browsers drop it: nobody may set cookies for all of ${domain}.`, 'Leave Domain out.', '5.7')
  if (secure && !arrival.https && !isLocal(arrival))
    return drop('Browsers drop it: a Secure cookie must come over https.', 'Serve https.', '5.7')
  if (sameSite === 'None' && !secure)
    return drop('Browsers drop it: SameSite=None needs Secure.', 'Say SameSite=Lax, or add Secure.', '5.7')
  const broken = brokenPrefix(cookie)
  return broken === null ? null : drop(`Browsers drop it: ${broken}`, 'Keep to what the name promises.', '4.1.3')
}

export function prefixVerdict(cookie: ReadCookie, { https }: CookieArrival): Verdict | null {
  const found = prefixOf(cookie.name)
  const broken = brokenPrefix(cookie)
  if (broken !== null) return bad('Prefix', broken, 'Keep to what the name promises.', '4.1.3')
  if (found !== null) {
    const said = found.hostOnly
      ? 'no other host, and no page over http, can have set it'
      : 'no page over http can have set it'
    return good('Prefix', `${found.prefix} holds: ${said}.`, '4.1.3')
  }
  if (!https || !isCredential(cookie)) return null
  const remedy = `Name it __Host-${cookie.name.slice(0, 30)}, with Secure and Path=/ and without Domain.`
  return worth(
    'Prefix',
    'It has none: a host beside this one can set a cookie of the same name for it.',
    remedy,
    '4.1.3',
  )
}

export function domainVerdict({ domain }: ReadCookie, { host }: CookieArrival): Verdict {
  if (domain === null) return good('Domain', `It goes to ${host} alone.`, '4.1.2.3')
  const said = `It goes to ${domain} and to every host below it, whoever runs them.`
  return worth('Domain', said, 'Leave Domain out, unless all of these hosts are to be signed in together.', '4.1.2.3')
}

function prefixOf(name: string): (typeof prefixes)[number] | null {
  return prefixes.find(({ prefix }) => name.toLowerCase().startsWith(prefix.toLowerCase())) ?? null
}

/** What a prefixed name promises and the line does not hold. */
function brokenPrefix({ name, secure, httpOnly, domain, path }: ReadCookie): string | null {
  const found = prefixOf(name)
  if (found === null) return null
  if (!secure) return `${found.prefix} needs Secure.`
  if (found.httpOnly && !httpOnly) return `${found.prefix} needs HttpOnly.`
  if (found.hostOnly && domain !== null) return `${found.prefix} allows no Domain.`
  return found.hostOnly && path !== '/' ? `${found.prefix} needs Path=/.` : null
}

function covers(domain: string, host: string): boolean {
  const isAddress = /^[\d.]+$|^\[/.test(host)
  return host.toLowerCase() === domain || (!isAddress && host.toLowerCase().endsWith(`.${domain}`))
}
