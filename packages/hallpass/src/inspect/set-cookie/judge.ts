import { type CookieArrival, isLocal } from './arrival.js'
import { parseSetCookie, type ReadCookie } from './parse.js'
import { isCredential, valueVerdict } from './value.js'
import { domainVerdict, keptProblem, prefixVerdict } from './scope.js'
import { bad, good, type Verdict, worth } from './verdict.js'

export interface JudgedCookie {
  /** Empty for a cookie without a name. */
  readonly name: string
  /** How long the value is; the value itself is a credential and stays out. */
  readonly value: string
  /** Whether a browser keeps it. */
  readonly kept: boolean
  /** Whether it is there to remove a cookie. */
  readonly removes: boolean
  /** One for each flag, in the order in which they matter. */
  readonly verdicts: readonly Verdict[]
}

/** What a browser makes of one `Set-Cookie` line, and what there is to be said about each of its flags. */
export function judgeSetCookie(line: string, arrival: CookieArrival): JudgedCookie {
  const cookie = parseSetCookie(line, arrival.now)
  if (cookie === null) {
    const verdict = bad(
      'Kept',
      'No browser takes this line for a cookie.',
      'Write "name=value", without control characters.',
      '5.6',
    )
    return { name: '', value: '', kept: false, removes: false, verdicts: [verdict] }
  }
  const problem = keptProblem(cookie, arrival)
  const kept = problem ?? good('Kept', 'Browsers keep it.', '5.7')
  const removes = cookie.lifetime !== null && cookie.lifetime <= 0
  return {
    name: cookie.name,
    value: lengthOf(cookie.value),
    kept: problem === null,
    removes,
    verdicts: removes && problem === null ? [removed] : [kept, ...flags(cookie, arrival)],
  }
}

const removed = good('Kept', 'The line removes the cookie.', '4.1.2.2')

function flags(cookie: ReadCookie, arrival: CookieArrival): readonly Verdict[] {
  return [
    httpOnlyVerdict(cookie),
    secureVerdict(cookie, arrival),
    sameSiteVerdict(cookie),
    prefixVerdict(cookie, arrival),
    domainVerdict(cookie, arrival),
    pathVerdict(cookie),
    lifetimeVerdict(cookie),
    valueVerdict(cookie),
    skippedVerdict(cookie),
  ].filter((verdict) => verdict !== null)
}

function httpOnlyVerdict(cookie: ReadCookie): Verdict {
  if (cookie.httpOnly) return good('HttpOnly', 'No script on the page can read it.', '4.1.2.6')
  const remedy = 'Add HttpOnly.'
  if (isCredential(cookie))
    return bad('HttpOnly', 'Every script on the page can read this credential, an injected one too.', remedy, '4.1.2.6')
  return worth('HttpOnly', 'Scripts can read it: right only where a script of the page has to.', remedy, '4.1.2.6')
}

function secureVerdict({ secure }: ReadCookie, arrival: CookieArrival): Verdict {
  if (secure) return good('Secure', 'It travels over https alone.', '4.1.2.5')
  if (arrival.https)
    return bad('Secure', 'It goes over http as well, where everybody on the way reads it.', 'Add Secure.', '4.1.2.5')
  if (isLocal(arrival))
    return worth('Secure', 'Without it: right on localhost alone.', 'Add Secure where https is.', '4.1.2.5')
  return bad(
    'Secure',
    'It came over http, where everybody on the way reads it.',
    'Serve https, and add Secure.',
    '4.1.2.5',
  )
}

function sameSiteVerdict(cookie: ReadCookie): Verdict {
  const { sameSite, unknownSameSite } = cookie
  const remedy = 'Say SameSite=Lax, or Strict where no link from elsewhere has to arrive signed in.'
  if (sameSite === 'Strict')
    return good('SameSite', 'Strict: no request that begins on another site carries it.', '4.1.2.7')
  if (sameSite === 'Lax') return good('SameSite', 'Lax: of other sites, only links carry it.', '4.1.2.7')
  if (sameSite === 'None')
    return worth(
      'SameSite',
      'None: every site can send requests with it, and browsers that block third-party cookies keep it to themselves.',
      remedy,
      '4.1.2.7',
    )
  const said = unknownSameSite === null ? 'It is not said' : `"${unknownSameSite.slice(0, 20)}" is no value of it`
  const most =
    'Chromium then takes Lax, but lets forms of other sites carry it for two minutes; Firefox and Safari take None.'
  return (isCredential(cookie) ? bad : worth)('SameSite', `${said}. ${most}`, remedy, '5.6.7')
}

function pathVerdict({ path }: ReadCookie): Verdict {
  if (path === '/') return good('Path', 'It goes to the whole host.', '4.1.2.4')
  if (path === null)
    return worth(
      'Path',
      'It is not said, or does not begin with "/": browsers take the folder of the address that answered.',
      'Say Path=/.',
      '5.1.4',
    )
  return worth(
    'Path',
    `It goes below ${path.slice(0, 60)} alone, which keeps nothing from pages elsewhere on the host: they can open that folder.`,
    'Count on it for order, not for safety.',
    '8.6',
  )
}

const day = 86_400

function lifetimeVerdict(cookie: ReadCookie): Verdict {
  const { lifetime } = cookie
  if (lifetime === null)
    return good(
      'Lifetime',
      'It goes when the browser closes, unless the browser restores its windows: the server has to end it too.',
      '4.1.2.2',
    )
  const days = Math.floor(lifetime / day)
  if (lifetime > 400 * day)
    return worth('Lifetime', `It asks for ${days} days; browsers cut that to 400.`, 'Ask for 400 days at most.', '5.5')
  if (isCredential(cookie) && lifetime > 30 * day)
    return worth(
      'Lifetime',
      `It lasts ${days} days: so long does a stolen copy, unless the server ends it.`,
      'Shorten it, or end idle sessions on the server.',
      'OWASP',
    )
  return good('Lifetime', `It lasts ${spoken(lifetime)}.`, '4.1.2.2')
}

function skippedVerdict({ skipped }: ReadCookie): Verdict | null {
  if (skipped.length === 0) return null
  const listed = skipped.map((one) => `"${one.slice(0, 40)}"`).join(', ')
  return worth('Others', `Browsers skip ${listed}.`, 'Mend it or leave it out.', '5.6')
}

function lengthOf({ length }: string): string {
  if (length === 0) return 'empty'
  return length === 1 ? '1 character' : `${length} characters`
}

function spoken(seconds: number): string {
  const [amount, unit] =
    seconds >= 2 * day
      ? [seconds / day, 'days']
      : seconds >= 7200
        ? [seconds / 3600, 'hours']
        : [seconds / 60, 'minutes']
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(amount)} ${unit}`
}
