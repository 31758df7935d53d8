import { codeFor, type CodeFile } from './code.js'
import { type Configuration, configurationFor } from './configuration.js'
import { complete, conversation } from './conversation.js'
import { type Plan, planFor } from './plan.js'
import type { PartialAnswers } from './questions.js'
import { type Considered, consideredFor, type Reason, reasonsFor, warningsFor } from './reasons.js'
import { teams } from './teams.js'
import { aftermathTexts, commandsOf, forgedText, type Measured, type MeasuredWay, measuredOn } from '../comparison.js'

/** What it costs, as measured. */
export interface Cost {
  readonly what: string
  readonly value: string
}

/** A way to carry sessions: what, why, at what price, and how. */
export interface Advice {
  readonly strategy: Plan['strategy']
  readonly store: Plan['store']
  /** The answer in a sentence. */
  readonly summary: string
  readonly reasons: readonly Reason[]
  readonly considered: readonly Considered[]
  readonly costs: readonly Cost[]
  /** When, and on what, the costs were measured. */
  readonly measuredOn: string
  readonly warnings: readonly string[]
  /** For the server. */
  readonly configuration: Configuration
  /** For the library. */
  readonly code: readonly CodeFile[]
  readonly commands: readonly SuggestedCommand[]
}

export interface SuggestedCommand {
  readonly what: string
  readonly command: string
}

/** What the parts of an advice are called, wherever it is shown. */
export const adviceLabels = {
  answers: 'What you said',
  reasons: 'Why',
  costs: 'What it costs, as measured',
  warnings: 'Mind',
  considered: 'Considered, and why not',
  server: 'For the server',
  library: 'For the library',
  commands: 'Try it',
  /** The files of the server: settings that anybody may see, and what is secret or differs from place to place. */
  settingsFile: 'hallpass.config.json',
  environmentFile: 'hallpass.env',
} as const

/**
 * The advice for these answers; null while a question that matters is open. Figures come from `measured`, which
 * `npm run compare` writes, and from nowhere else.
 */
export function advise(answers: PartialAnswers, measured: Measured): Advice | null {
  const known = complete(answers)
  if (known === null) return null
  const plan = planFor(known)
  return {
    strategy: plan.strategy,
    store: plan.store,
    summary: summaryOf(plan),
    reasons: reasonsFor(known, plan),
    considered: consideredFor(plan, measured),
    costs: costsOf(plan, measured),
    measuredOn: measuredOn(measured),
    warnings: warningsFor(known, plan),
    configuration: configurationFor(plan),
    code: codeFor(plan),
    commands: [
      {
        what: 'The strategy on this machine, in an empty folder',
        command: `HALLPASS_STRATEGY=${plan.strategy} hallpass serve`,
      },
      { what: `The same advice again, with ${adviceLabels.settingsFile} written`, command: commandFor(answers) },
    ],
  }
}

const carriages: { readonly [Carriage in Plan['carriage']]: string } = {
  cookies: 'in one HttpOnly cookie',
  tokens: 'in tokens that the app keeps',
  gateway: 'in one HttpOnly cookie up to the gateway, and a token for each service behind it',
  services: 'in short tokens that every service can check, with tokens of their own for the services',
  edge: 'in short tokens that the functions can check, and the origin after them',
}

const storeNames: { readonly [Store in Plan['store']]: string } = {
  sqlite: 'SQLite',
  postgres: 'Postgres',
  redis: 'Redis',
}

function summaryOf({ strategy, carriage, store, alone }: Plan): string {
  const where = alone ? `in ${storeNames[store]} on one instance` : `in ${storeNames[store]}`
  return `Strategy ${strategy}: sessions ${where}, carried ${carriages[carriage]}.`
}

/** The command that gives the same advice, and writes it down. */
function commandFor(answers: PartialAnswers): string {
  const given = answerWords(answers)
  const team = teams.find((one) => answerWords(one.answers) === given)
  return `hallpass advise ${team === undefined ? given : `--team ${team.id}`} --write`
}

function answerWords(answers: PartialAnswers): string {
  return conversation(answers)
    .turns.map(({ question, option }) => `--answer ${question.key}=${option.value}`)
    .join(' ')
}

function costsOf({ strategy, carriage, lifetimes }: Plan, measured: Measured): readonly Cost[] {
  const way = measured.ways.find(({ id }) => id === `hallpass-${strategy}`)
  if (way === undefined) return []
  const forBrowsers = carriage === 'cookies' || carriage === 'gateway'
  return [
    { what: 'Store commands a warm request', value: commandsCost(way, measured) },
    { what: 'Credential, bytes a request', value: String(way.bytesPerRequest) },
    { what: 'After sign-out, same instance', value: after(way, 'here') },
    { what: 'After sign-out, another instance', value: after(way, 'elsewhere') },
    ...(carriage === 'edge' ? [edgeCost(lifetimes.accessToken ?? 0)] : []),
    ...(forBrowsers ? browserCosts(way) : []),
  ]
}

function after({ revocation }: MeasuredWay, where: 'here' | 'elsewhere'): string {
  return joined(aftermathTexts(revocation[where], revocation.untilExp))
}

function joined([text, detail]: readonly [string, string | null]): string {
  return detail === null ? text : `${text}; ${detail}`
}

/** Not measured but said by the configuration. */
function edgeCost(accessToken: number): Cost {
  return { what: 'After sign-out, at the functions', value: `until exp: ${accessToken} s configured` }
}

function commandsCost(way: MeasuredWay, measured: Measured): string {
  const { requests, seconds } = measured.warm
  return `${commandsOf(way, measured)} (counted over ${requests} requests in ${seconds} s)`
}

function browserCosts({ xss, csrf }: MeasuredWay): readonly Cost[] {
  const carried = xss.carriedAway.length === 0 ? 'nothing that works elsewhere' : xss.carriedAway.join(', ')
  return [
    { what: 'What an XSS carries away', value: carried },
    { what: 'What a CSRF reaches', value: forgedText(csrf.asItComes) },
  ]
}
