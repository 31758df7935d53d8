/** Five ways to carry a session side by side: what `npm run compare` measures, and the words for it. */

export type WayId = 'session-cookies' | 'jwt' | 'deny-list' | 'hybrid-by-hand' | 'hallpass-session' | 'hallpass-hybrid'

/** A copy of a credential, presented again and again after its owner signed out. */
export interface Aftermath {
  /** Milliseconds from the answer to the sign-out to the last check that was accepted; 0 for none. */
  readonly acceptedFor: number
  readonly checks: number
  readonly accepted: number
}

/** Whether a form, whether a script of another site changed something in a person's name. */
export interface Reached {
  readonly form: boolean
  readonly fetch: boolean
}

export interface ReachedFrom {
  readonly 'another site': Reached
  /** Another host of the same site, such as blog.app.example: `SameSite` does not tell it from the application. */
  readonly 'a sibling': Reached
}

export interface MeasuredWay {
  readonly id: WayId
  /** What of others it was made of, with its versions. */
  readonly packages: { readonly [name: string]: string }
  /** What a sign-in added to Redis; what is particular to one session is left out. */
  readonly keys: readonly string[]
  /** Of the header lines with which Chromium sent the credential. */
  readonly bytesPerRequest: number
  /** Commands that Redis was sent during the warm requests, by name. */
  readonly commands: { readonly [name: string]: number }
  readonly revocation: {
    /** Where only the token's end shows a revocation: seconds it lives by its configuration, and in the measurement. */
    readonly untilExp: { readonly configuredSeconds: number; readonly tokenSeconds: number } | null
    readonly here: Aftermath
    readonly elsewhere: Aftermath
  }
  readonly xss: {
    /** Where script on the page looked, and where of that it found what works from elsewhere. */
    readonly looked: readonly string[]
    readonly carriedAway: readonly string[]
    readonly actsWhileOpen: boolean
  }
  readonly csrf: {
    readonly asItComes: ReachedFrom
    /** The same with `SameSite=Lax` on its cookies; null where nothing was left unsaid. */
    readonly withSameSite: ReachedFrom | null
  }
}

export interface Measured {
  /** ISO 8601, the day. */
  readonly date: string
  readonly machine: {
    readonly node: string
    readonly cores: number
    readonly redis: string
    readonly chromium: string
  }
  /** Tokens whose end was waited for lived so many times shorter than configured. */
  readonly shortenedBy: number
  readonly warm: { readonly requests: number; readonly seconds: number }
  readonly ways: readonly MeasuredWay[]
}

export interface Way {
  readonly name: string
  /** What exactly ran. */
  readonly setUp: string
}

export const ways: { readonly [Id in WayId]: Way } = {
  'session-cookies': {
    name: 'Session cookie',
    setUp: 'express-session with connect-redis, as their documentation says, with secure cookies.',
  },
  jwt: {
    name: 'Stateless JWT',
    setUp: 'jsonwebtoken, HS256, 15 minutes, kept in localStorage and sent as a bearer token.',
  },
  'deny-list': {
    name: 'JWT and deny-list',
    setUp: 'The same token; signing out puts its id on a list in Redis, which every request asks.',
  },
  'hybrid-by-hand': {
    name: 'Hybrid by hand',
    setUp: 'An access JWT of 5 minutes and a refresh token that rotates in Redis, both in HttpOnly, secure cookies.',
  },
  'hallpass-session': {
    name: 'Hallpass, session',
    setUp: 'Hallpass on Redis with its defaults, strategy session.',
  },
  'hallpass-hybrid': {
    name: 'Hallpass, hybrid',
    setUp: 'Hallpass on Redis with its defaults, strategy hybrid: access tokens of 5 minutes.',
  },
}

export type Standing = 'good' | 'plain' | 'bad'

export interface ComparedCell {
  readonly text: string
  readonly detail: string | null
  /** What a bar can show, beside the others of its row; null where nothing is counted. */
  readonly figure: number | null
  readonly standing: Standing
}

export interface ComparedRow {
  readonly label: string
  /** What holds for every way of this row alike. */
  readonly note: string | null
  /** How it was measured. */
  readonly how: string
  readonly cells: readonly ComparedCell[]
}

export interface ComparisonTable {
  readonly columns: readonly Way[]
  readonly rows: readonly ComparedRow[]
}

/** The table in words, one column for each way that was measured. */
export function comparisonTable(measured: Measured): ComparisonTable {
  const row = (
    label: string,
    how: string,
    cell: (way: MeasuredWay) => ComparedCell,
    note: string | null = null,
  ): ComparedRow => ({ label, note, how, cells: measured.ways.map(cell) })
  const { requests, seconds } = measured.warm
  const after =
    `A person signs out on one instance; a copy of the credential, taken before, is presented again and again.
 ${shortened(measured)}`.replaceAll('\n', '')
  return {
    columns: measured.ways.map(columnOf),
    rows: [
      row('What a sign-in keeps in the store', 'The keys in Redis after a sign-in that were not there before.', state),
      row('Credential, bytes a request', 'The header lines that carry it, as Chromium sent them.', bytes),
      row(
        'Store commands a warm request',
        `${requests.toLocaleString('en-US')} requests over ${seconds} s, counted on the wire to Redis; with what an instance sends by itself meanwhile.`,
        (way) => commands(way, measured),
      ),
      row('After sign-out, same instance', after, ({ revocation: { here, untilExp } }) => aftermath(here, untilExp)),
      row('After sign-out, another instance', after, ({ revocation: { elsewhere, untilExp } }) =>
        aftermath(elsewhere, untilExp),
      ),
      row(
        'What an XSS carries away',
        'Script on the page reads document.cookie, localStorage and the answers of the refresh endpoint; what it finds is presented from elsewhere.',
        carriedAway,
        measured.ways.every(({ xss }) => xss.actsWhileOpen)
          ? 'in every way it acts as the person while the page is open'
          : null,
      ),
      row(
        'What a CSRF reaches',
        'Pages of another site, and of a sibling host, post a form and send a fetch, moments after the sign-in. Cookies as the way sets them: one without SameSite goes along with a form of another site for two minutes.',
        forged,
      ),
    ],
  }
}

function columnOf({ id, packages }: MeasuredWay): Way {
  const versions = Object.entries(packages).map((one) => one.join(' '))
  const { name, setUp } = ways[id]
  return { name, setUp: versions.length === 0 ? setUp : `${setUp} With ${versions.join(', ')}.` }
}

/** The table for a README, and below it how it was made. */
export function comparisonMarkdown(measured: Measured): string {
  const { columns, rows } = comparisonTable(measured)
  // what was to be expected needs no detail in a table that is read in passing
  const text = ({ text, detail, standing }: ComparedCell): string =>
    detail === null || standing !== 'bad' ? text : `${text}; ${detail}`
  const line = (cells: readonly string[]): string => `| ${cells.map((one) => one.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    line(['', ...columns.map(({ name }) => name)]),
    line(['---', ...columns.map(() => '---')]),
    ...rows.map(({ label, note, cells }) => line([note === null ? label : `${label} (${note})`, ...cells.map(text)])),
    '',
    `${measuredOn(measured)} ${shortened(measured)}`,
  ].join('\n')
}

/** When, and on what. */
export function measuredOn({ date, machine }: Measured): string {
  const { node, cores, redis, chromium } = machine
  return `Measured on ${date} by npm run compare: Node.js ${node.replace(/^v/, '')}, ${cores} cores, Redis ${redis}, Chromium ${chromium}.`
}

function shortened({ shortenedBy }: Measured): string {
  if (shortenedBy === 1) return 'Tokens lived as long as configured.'
  return `Where only exp ends it, tokens lived ${shortenedBy} times shorter than configured, and nothing is scaled back.`
}

/** A copy of the credential after its owner signed out: what happened, and where it is about `exp`, the times. */
export function aftermathTexts(
  { acceptedFor, checks, accepted }: Aftermath,
  untilExp: MeasuredWay['revocation']['untilExp'],
): readonly [text: string, detail: string | null] {
  if (untilExp !== null) {
    const { configuredSeconds, tokenSeconds } = untilExp
    const measuredSeconds = (acceptedFor / 1000).toFixed(1)
    return [
      'accepted until exp',
      `${configuredSeconds} s configured; measured ${measuredSeconds} s, up to the end of a token of ${tokenSeconds} s`,
    ]
  }
  const text = `${accepted} of ${checks} checks accepted`
  return [text, accepted === 0 ? null : `for ${acceptedFor} ms`]
}

function cell(text: string, more: Partial<ComparedCell> = {}): ComparedCell {
  return { text, detail: null, figure: null, standing: 'plain', ...more }
}

function state({ keys }: MeasuredWay): ComparedCell {
  if (keys.length === 0) return cell('nothing: all of it is in the token')
  return cell(`${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`, { detail: keys.join(', ') })
}

function bytes({ bytesPerRequest }: MeasuredWay): ComparedCell {
  return cell(`${bytesPerRequest} B`, { figure: bytesPerRequest })
}

/** Store commands for each warm request. */
export function commandsOf({ commands }: MeasuredWay, { warm }: Pick<Measured, 'warm'>): number {
  const sum = Object.values(commands).reduce((all, count) => all + count, 0)
  return Number((sum / warm.requests).toFixed(3))
}

function commands(way: MeasuredWay, measured: Measured): ComparedCell {
  const figure = commandsOf(way, measured)
  const counts = Object.entries(way.commands)
  const detail = counts.map(([name, count]) => `${name} ${count.toLocaleString('en-US')} times`).join(', ')
  return cell(String(figure), {
    figure,
    detail: detail === '' ? null : detail,
    standing: figure < 0.1 ? 'good' : 'plain',
  })
}

function aftermath(seen: Aftermath, untilExp: MeasuredWay['revocation']['untilExp']): ComparedCell {
  const figure = seen.acceptedFor / 1000
  const [text, detail] = aftermathTexts(seen, untilExp)
  return cell(text, { figure, detail, standing: seen.accepted === 0 ? 'good' : 'bad' })
}

function carriedAway({ xss }: MeasuredWay): ComparedCell {
  if (xss.carriedAway.length === 0) return cell('nothing that works elsewhere', { standing: 'good' })
  return cell('a credential that works elsewhere', { detail: `from ${xss.carriedAway.join(' and ')}`, standing: 'bad' })
}

function forged({ csrf: { asItComes, withSameSite } }: MeasuredWay): ComparedCell {
  const text = forgedText(asItComes)
  const detail = withSameSite === null ? null : `with SameSite=Lax: ${forgedText(withSameSite)}`
  return cell(text, { detail, standing: text === nothing ? 'good' : 'bad' })
}

const nothing = 'nothing'

/** What other sites could change in a person's name. */
export function forgedText(reached: ReachedFrom): string {
  const found = Object.entries(reached).flatMap(([from, { form, fetch }]: readonly [string, Reached]) => {
    const means = [...(form ? ['a form'] : []), ...(fetch ? ['a fetch'] : [])]
    return means.length === 0 ? [] : [`${means.join(' and ')} of ${from}`]
  })
  return found.length === 0 ? nothing : found.join('; ')
}
