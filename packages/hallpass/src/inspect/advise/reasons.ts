import type { Plan } from './plan.js'
import type { Answers, QuestionKey } from './questions.js'
import { aftermathTexts, commandsOf, type Measured, type MeasuredWay } from '../comparison.js'

/** One reason, and the answer that it comes from. */
export interface Reason {
  readonly because: QuestionKey
  readonly text: string
}

/** What was thought of as well. */
export interface Considered {
  readonly what: string
  readonly whyNot: string
}

export function reasonsFor(answers: Answers, plan: Plan): readonly Reason[] {
  // where much is at stake, nobody is asked whether it must hold at once
  const logOut = answers.sensitivity === 'high' ? 'sensitivity' : 'logOut'
  const found: Reason[] = [
    { because: 'building', text: carriages[plan.carriage] },
    { because: 'sensitivity', text: stakes(plan) },
  ]
  if (plan.verifiers === 'log')
    found.push({
      because: logOut,
      text: 'Whoever checks tokens elsewhere follows the revocation log, and a revocation returns when they have heard of it.',
    })
  else if (plan.carriage !== 'edge')
    found.push({
      because: logOut,
      text: 'When a revocation returns, no instance accepts the session any more. No request asks the store for it.',
    })
  else
    found.push({
      because: logOut,
      text: `Until a token expires the functions believe it: ${inWords(plan.lifetimes.accessToken ?? 0)}. The origin knows at once.`,
    })
  if (answers.verifiers === 'services' && plan.carriage === 'gateway')
    found.push({
      because: 'verifiers',
      text: 'A service that took the cookie itself would need a defence against CSRF of its own. The gateway has it, and gives each service a token that no other accepts.',
    })
  found.push({ because: 'store', text: storeReasons[plan.store] })
  if (plan.lease !== null)
    found.push({
      because: 'instances',
      text: `Leases of ${plan.lease} s, for instances far from the store: fewer renewals, and a revocation waits so long at most for one that does not answer.`,
    })
  if (plan.origins.length > 0)
    found.push({
      because: 'origins',
      text: 'Each further origin is named; unsafe requests from any other are refused.',
    })
  if (plan.appOrigins.length > 0)
    found.push({ because: 'webViews', text: 'The origins of the web views are named: those alone are handed tokens.' })
  return found
}

const carriages: { readonly [Carriage in Plan['carriage']]: string } = {
  cookies:
    'A browser keeps one opaque, HttpOnly cookie. Script on the page never sees it, and it carries nothing that could leak.',
  tokens:
    'An app keeps its tokens in the keychain: a short one for requests, and one that rotates at each refresh, so that a copy of it shows.',
  gateway:
    'The browser keeps one opaque cookie, and each service behind the gateway gets a token of a minute that it alone accepts.',
  services:
    'Services have names and secrets of their own and fetch tokens for each other; people come with a short token that any service can check.',
  edge: 'A function keeps nothing between requests, so it needs a token that says all by itself.',
}

function stakes({ lifetimes, carriage, sameSite }: Plan): string {
  const { idle, absolute } = lifetimes
  const ends = `A session ends after ${inWords(idle)} without use, and after ${inWords(absolute)} however busy it is.`
  if (sameSite === null) return ends
  const route = carriage === 'gateway' ? '"maxAge" on a route' : 'requireSession({ maxAge: 300 }) on a route'
  return `${ends} Cookies are SameSite=Strict. With ${route} a person proves again who they are before what matters.`
}

const storeReasons: { readonly [Store in Plan['store']]: string } = {
  sqlite:
    'SQLite in a file keeps sessions without a server, for the processes of one machine, and loses nothing in a crash.',
  postgres: 'Postgres keeps sessions, keys and the log in a schema of its own, and loses nothing in a crash.',
  redis: 'Redis keeps sessions, keys and the log; with appendfsync always it loses nothing in a crash.',
}

/** What was not chosen, and why: with figures only of what was measured. */
export function consideredFor(plan: Plan, measured: Measured): readonly Considered[] {
  const ways = new Map(measured.ways.map((way) => [way.id, way]))
  const [session, hybrid] = [ways.get('hallpass-session'), ways.get('hallpass-hybrid')]
  const [jwt, denyList] = [ways.get('jwt'), ways.get('deny-list')]
  return [
    ...(plan.strategy === 'session' ? hybridInstead(session, hybrid, measured) : [sessionInstead(plan)]),
    {
      what: 'Strategy jwt',
      whyNot: 'The access token of hybrid with nothing to refresh it: the session ends with its first token.',
    },
    ...(jwt === undefined ? [] : [{ what: 'A stateless JWT', whyNot: jwtInstead(jwt) }]),
    ...(denyList === undefined
      ? []
      : [
          {
            what: 'A JWT with a deny-list',
            whyNot: `Every request asks the store (${Object.keys(denyList.commands).join(', ')}: ${commandsOf(denyList, measured)} a request) and carries ${denyList.bytesPerRequest} bytes: a look-up and a token.`,
          },
        ]),
  ]
}

function hybridInstead(
  session: MeasuredWay | undefined,
  hybrid: MeasuredWay | undefined,
  measured: Measured,
): readonly Considered[] {
  if (session === undefined || hybrid === undefined) return []
  const bytes = `${hybrid.bytesPerRequest} instead of ${session.bytesPerRequest} bytes a request`
  const noLess = commandsOf(hybrid, measured) < commandsOf(session, measured) ? '' : ', and the store is asked no less'
  return [{ what: 'Strategy hybrid', whyNot: `A signed token that nobody else needs to read: ${bytes}${noLess}.` }]
}

function sessionInstead({ carriage }: Plan): Considered {
  const whyNot =
    carriage === 'tokens'
      ? 'One token for requests and for staying signed in: a copy of it is not told from the original, where a refresh token that rotates is.'
      : 'Only what holds the sessions can check an opaque credential, and here others must.'
  return { what: 'Strategy session', whyNot }
}

function jwtInstead({ revocation: { elsewhere, untilExp }, xss }: MeasuredWay): string {
  const [text, detail] = aftermathTexts(elsewhere, untilExp)
  const carried =
    xss.carriedAway.length === 0 ? '' : ` Script on the page carries it away from ${xss.carriedAway.join(' and ')}.`
  return `A copy, after the sign-out: ${text}${detail === null ? '' : ` (${detail})`}.${carried}`
}

export function warningsFor(answers: Answers, plan: Plan): readonly string[] {
  const found: string[] = []
  if (plan.alone) found.push(aloneWarning)
  if (plan.carriage === 'edge' && answers.logOut === 'at-once')
    found.push(
      `At once is impossible at the edge: a function that is frozen between requests holds no lease. Access tokens live ${inWords(plan.lifetimes.accessToken ?? 0)} here instead of 5 minutes. What must not be a minute late belongs to the origin.`,
    )
  if (plan.verifiers === 'exp' && plan.carriage !== 'edge')
    found.push(
      `Services that check tokens without the log believe them until exp, ${inWords(plan.lifetimes.accessToken ?? 0)}. Give them a log key, and they know at once.`,
    )
  if (answers.instances === 'regions' && !plan.alone)
    found.push(
      'One primary takes the writes: sign-ins, refreshes and revocations of the other regions go there and back.',
    )
  if (plan.store === 'redis')
    found.push(
      'Redis with appendfsync everysec may lose a second or two when the power fails, and a replica may lack what came last: use appendfsync always.',
    )
  if (plan.carriage === 'gateway')
    found.push('Bind what is behind the gateway to addresses that only the gateway reaches.')
  return found
}

const aloneWarning =
  'No store at hand, and instances that share no disk: several that hold sessions could not tell each other what ended, and an instant log-out would be impossible. So one instance holds them, and the others stand behind it. While it is away, nobody gets in; with Postgres or Redis every instance could hold them.'

/** Seconds, for people. */
export function inWords(seconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ]
  const [name, size] = units.find(([, size]) => seconds >= size && seconds % size === 0) ?? ['second', 1]
  const count = seconds / size
  return count === 1 ? `1 ${name}` : `${count} ${name}s`
}
