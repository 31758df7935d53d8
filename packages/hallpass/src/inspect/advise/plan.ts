import type { Answers } from './questions.js'

/** What the answers come to, before it is put into words, configuration and code. */
export interface Plan {
  readonly strategy: 'session' | 'hybrid'
  /** Who carries what: a browser its cookies, an app its tokens, a browser before a gateway, or services. */
  readonly carriage: 'cookies' | 'tokens' | 'gateway' | 'services' | 'edge'
  readonly store: 'sqlite' | 'postgres' | 'redis'
  /** What checks tokens beside the application, and what it knows: revocations by the log, or only `exp`. */
  readonly verifiers: 'none' | 'log' | 'exp'
  /** Only one instance can hold the sessions, although more are wanted. */
  readonly alone: boolean
  /** Seconds. */
  readonly lifetimes: { readonly idle: number; readonly absolute: number; readonly accessToken: number | null }
  /** Seconds; null for the default. */
  readonly lease: number | null
  readonly sameSite: 'Strict' | null
  readonly origins: readonly string[]
  readonly appOrigins: readonly string[]
}

const minute = 60
const hour = 60 * minute
const day = 24 * hour

export function planFor(answers: Answers): Plan {
  const alone = answers.instances !== 'one' && answers.store === 'disk'
  const carriage = carriageOf(answers, alone)
  const strategy = carriage === 'cookies' || carriage === 'gateway' ? 'session' : 'hybrid'
  const forBrowsers = carriage === 'cookies' || carriage === 'gateway'
  return {
    strategy,
    carriage,
    store: answers.store === 'disk' ? 'sqlite' : answers.store,
    verifiers: verifiersOf(answers, carriage, alone),
    alone,
    lifetimes: { ...endsOf(answers), accessToken: strategy === 'hybrid' ? accessTokenOf(answers, carriage) : null },
    lease: answers.instances === 'regions' && !alone ? 5 : null,
    sameSite: answers.sensitivity === 'high' && forBrowsers ? 'Strict' : null,
    origins: answers.origins === 'several' ? ['https://admin.app.example'] : [],
    appOrigins: answers.webViews === 'yes' ? ['capacitor://localhost', 'https://localhost'] : [],
  }
}

function carriageOf({ building, verifiers }: Answers, alone: boolean): Plan['carriage'] {
  if (building === 'mobile') return 'tokens'
  if (building === 'services' || building === 'edge' || building === 'gateway') return building
  return verifiers === 'services' || alone ? 'gateway' : 'cookies'
}

/** Behind the gateway tokens are checked too, but it is the gateway that knows of revocations. */
function verifiersOf({ logOut, verifiers }: Answers, carriage: Plan['carriage'], alone: boolean): Plan['verifiers'] {
  if (carriage === 'edge') return 'exp'
  const asked = carriage === 'services' || (carriage === 'tokens' && (verifiers === 'services' || alone))
  if (!asked) return 'none'
  return logOut === 'at-once' || alone ? 'log' : 'exp'
}

function endsOf({ building, sensitivity }: Answers): { readonly idle: number; readonly absolute: number } {
  if (building === 'mobile' && sensitivity === 'ordinary') return { idle: 30 * day, absolute: 90 * day }
  if (sensitivity === 'high') return { idle: 15 * minute, absolute: 8 * hour }
  return building === 'internal' ? { idle: hour, absolute: 12 * hour } : { idle: day, absolute: 7 * day }
}

/** Where `exp` is all that a verifier knows, it is the delay of a revocation. */
function accessTokenOf({ logOut }: Answers, carriage: Plan['carriage']): number {
  return carriage === 'edge' && logOut === 'at-once' ? minute : 5 * minute
}
