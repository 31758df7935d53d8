import { checkSignature, decode, explain, rules, type RuleTerms, tellRules, verdictOf } from 'hallpass/inspect'
import { type Asked, type Command, CommandError, exit, type Host } from '../command.js'
import { keysNamed, pasted } from '../pasted.js'
import { explainedReport } from '../token-report.js'

const help = `Usage: hallpass explain [<token> | -] [options]

Says what each claim of a token means, and rule by rule whether a verifier would accept it, and why not. Nothing is sent
anywhere. Without a token, or with -, it is read from the standard input.

Options:
  --key <file | - | JSON>   The key to check the signature with: a JWK Set, a JWK, a public key in PEM, or a file with
                            the secret of HS256.
  --issuer <iss>            The issuer that the verifier expects.
  --audience <aud>          The audience that the verifier expects.
  --type <typ>              A type (typ) that it takes; more than once for several; none for tokens without. Default at+jwt.
  --max-lifetime <seconds>  The longest lifetime that it takes. Default 900.
  --tolerance <seconds>     How far ahead the issuer's clock may be. Default 5.
  --now <time>              Judges as of then: seconds since 1970, or ISO 8601. Default: now.
  --time-zone <name>        For local times, such as Europe/Berlin. Default: this machine's.
  --json                    The answer as JSON, for programs.

Exit code: 0 where every rule was checked and passed; 1 where one failed, or could not be checked; 65 where it is no
token that a verifier could read.

Examples:
  hallpass explain - --key jwks.json --issuer https://app.example --audience https://api.example < token.txt
`

const text = { type: 'string' } as const

export const command: Command = {
  help,
  options: {
    ...{ key: text, issuer: text, audience: text, now: text },
    ...{ type: { type: 'string', multiple: true }, 'max-lifetime': text, tolerance: text, 'time-zone': text },
  },
  async run({ words, options, json }, host) {
    if (options['key'] === '-' && (words[0] ?? '-') === '-')
      throw new CommandError(exit.misused, 'the standard input cannot be both the token and the key')
    const now = readNow(options['now'])
    const place = readPlace(options['time-zone'])
    const decoded = decode(await pasted(words, 'token', host))
    const terms = await readTerms(options, decoded.token, now, host)
    const judged = decoded.kind === 'jws' || decoded.kind === 'other-parts' ? rules(decoded.token, terms) : []
    const explained = explain(decoded, now, place)
    const verdict = verdictOf(decoded, judged, now, place)
    const { token: _, ...shown } = decoded
    const answer = { verdict, decoded: shown, explained, rules: judged, told: tellRules(judged) }
    host.stdout.write(
      json ? `${JSON.stringify(answer, null, 2)}\n` : explainedReport(decoded, explained, judged, verdict.sentence),
    )
    if (verdict.outcome === 'none') return exit.data
    return verdict.outcome === 'accepted' ? exit.done : exit.no
  },
}

async function readTerms(options: Asked['options'], token: string, now: number, host: Host): Promise<RuleTerms> {
  const types = options['type'] as readonly string[] | undefined
  const key = options['key'] as string | undefined
  return {
    issuer: options['issuer'] as string | undefined,
    audience: options['audience'] as string | undefined,
    types: types?.map((type) => (type === 'none' ? null : type)),
    maximumLifetime: readSeconds('max-lifetime', options['max-lifetime']),
    clockTolerance: readSeconds('tolerance', options['tolerance']),
    now,
    signature: key === undefined ? null : await checkSignature(token, await keysNamed(key, host)),
  }
}

function readSeconds(name: string, given: Asked['options'][string]): number | undefined {
  if (given === undefined) return undefined
  const seconds = Number(given)
  if (given !== '' && Number.isFinite(seconds) && seconds >= 0) return seconds
  throw new CommandError(exit.misused, `--${name} takes a number of seconds, not ${JSON.stringify(given)}`)
}

function readNow(given: Asked['options'][string]): number {
  if (given === undefined) return Date.now()
  const text = String(given)
  const time = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text)
  if (Number.isFinite(time)) return time
  throw new CommandError(exit.misused, `--now takes seconds since 1970 or ISO 8601, not ${JSON.stringify(given)}`)
}

function readPlace(timeZone: Asked['options'][string]): { readonly timeZone?: string } {
  if (timeZone === undefined) return {}
  try {
    return { timeZone: new Intl.DateTimeFormat('en', { timeZone: String(timeZone) }).resolvedOptions().timeZone }
  } catch {
    throw new CommandError(
      exit.misused,
      `--time-zone takes a name such as Europe/Berlin, not ${JSON.stringify(timeZone)}`,
    )
  }
}
