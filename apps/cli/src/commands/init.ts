import { randomBytes } from 'node:crypto'
import { lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual, parseEnv } from 'node:util'
import { defaultLifetimes } from 'hallpass'
import { readConfig } from 'hallpass-server/config'
import { type Asked, type Command, CommandError, exit, type Host } from '../command.js'
import { painter } from '../paint.js'

const configFile = 'hallpass.config.json'
const environmentFile = 'hallpass.env'

const help = `Usage: hallpass init [--issuer URL] [--store ADDRESS] [--strategy NAME] [--json]

Writes ${configFile} (what may be seen by anybody) and ${environmentFile} (secrets, freshly drawn, for
its owner alone) into this folder. A ${configFile} that is here already, such as \`hallpass advise --write\`
makes it, is kept; nothing is overwritten, and nothing is written that would not start. On a terminal it asks for what
is not given.

Options:
  --issuer    The origin under which people reach the server. Default: http://localhost:7100
  --store     Where state lives, such as postgres://user:password@host:5432/database. Default: sqlite:./data/hallpass.db
  --strategy  session, hybrid or jwt. Default: session. \`hallpass advise\` helps to choose.
  --json      What was written, as JSON.

Then: hallpass serve --env ${environmentFile}
`

interface Answers {
  readonly issuer: string
  readonly store: string
  readonly strategy: string
}

const usual: Answers = { issuer: 'http://localhost:7100', store: 'sqlite:./data/hallpass.db', strategy: 'session' }

export const command: Command = {
  help,
  options: { issuer: { type: 'string' }, store: { type: 'string' }, strategy: { type: 'string' } },
  async run(asked, host) {
    if (asked.words.length > 0)
      throw new CommandError(exit.misused, `"init" takes no arguments: ${asked.words.join(' ')}`)
    if (isThere(environmentFile))
      throw new CommandError(exit.exists, `${environmentFile} is here already. Change it, or move it away first.`)
    const kept = isThere(configFile) ? readFileSync(configFile, 'utf8') : null
    const environment = environmentOf(await answersTo(asked, host))
    const text = textOf(environment)
    const config = kept ?? `${JSON.stringify({ lifetimes: defaultLifetimes }, null, 2)}\n`
    if (!isDeepStrictEqual({ ...parseEnv(text) }, environment))
      throw new CommandError(exit.data, 'nothing was written: no file of variables can hold all of these quotes')
    refuseWhatWouldNotStart(environment, config)
    writeFileSync(environmentFile, text, { flag: 'wx', mode: 0o600 })
    if (kept === null) writeFileSync(configFile, config, { flag: 'wx' })
    const written = kept === null ? [configFile, environmentFile] : [environmentFile]
    host.stdout.write(asked.json ? `${JSON.stringify({ written })}\n` : told(written, host))
    return exit.done
  },
}

/** Also a link that leads nowhere yet. */
function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined
}

async function answersTo({ options, json }: Asked, host: Host): Promise<Answers> {
  const given = Object.fromEntries(Object.entries(options).filter(([name]) => name in usual)) as Partial<Answers>
  const asks = host.stdin.isTTY && host.stdout.isTTY && !json
  return asks ? { ...usual, ...given, ...(await conversation(given)) } : { ...usual, ...given }
}

/** Asks for what was not given. Loaded only where somebody is there to answer. */
async function conversation(given: Partial<Answers>): Promise<Partial<Answers>> {
  const { cancel, isCancel, select, text } = await import('@clack/prompts')
  const answers: { -readonly [Name in keyof Answers]?: Answers[Name] } = {}
  const take = (name: keyof Answers, answer: string | symbol): void => {
    if (!isCancel(answer)) answers[name] = answer as string
    else {
      cancel('Nothing was written.')
      throw new CommandError(exit.no, 'stopped')
    }
  }
  if (given.issuer === undefined) {
    take('issuer', await text({ message: 'Under which origin will people reach it?', initialValue: usual.issuer }))
  }
  if (given.store === undefined) {
    take('store', await text({ message: 'Where is state to live?', initialValue: usual.store }))
  }
  if (given.strategy === undefined) {
    const options = [
      { value: 'session', label: 'session', hint: 'one opaque cookie; the usual choice' },
      { value: 'hybrid', label: 'hybrid', hint: 'a short access token and a rotating refresh token' },
      { value: 'jwt', label: 'jwt', hint: 'one token that ends the session with itself' },
    ]
    take('strategy', await select({ message: 'How are sessions to be carried?', options }))
  }
  return answers
}

type Environment = { readonly [name: string]: string }

function environmentOf({ issuer, store, strategy }: Answers): Environment {
  return {
    HALLPASS_ISSUER: issuer,
    HALLPASS_STORE: store,
    HALLPASS_STRATEGY: strategy,
    HALLPASS_SECRET: drawn(),
    HALLPASS_OPERATOR_KEY: drawn(),
  }
}

function drawn(): string {
  return randomBytes(48).toString('base64')
}

function refuseWhatWouldNotStart(environment: Environment, config: string): void {
  const reading = readConfig(environment, {
    config: () => config,
    secret: () => {
      throw new Error('the secret is in the environment')
    },
  })
  if (reading.ok) return
  const lines = reading.mistakes.map(({ field, problem, remedy }) => `  ${field} ${problem}\n    ${remedy}`)
  throw new CommandError(exit.configuration, `nothing was written, because it would not start:\n${lines.join('\n')}`)
}

function textOf(environment: Environment): string {
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${quoted(value)}`)
  return `# Secrets: keep this file out of version control and out of images.\n${lines.join('\n')}\n`
}

/** As `parseEnv` reads it back: between double quotes it takes `\n` for the end of a line. */
function quoted(value: string): string {
  const [quote = '"'] = ['"', "'", '`'].filter((one) => !value.includes(one) && (one !== '"' || !value.includes('\\')))
  return `${quote}${value}${quote}`
}

function told(written: readonly string[], host: Host): string {
  const { strong, soft } = painter(host)
  return [
    `Written: ${written.map(strong).join(' and ')}`,
    soft(`Keep ${environmentFile} out of version control: it holds the root secret and the operator key.`),
    `Next: ${strong(`hallpass doctor --env ${environmentFile}`)}, then ${strong(`hallpass serve --env ${environmentFile}`)}`,
    '',
  ].join('\n')
}
