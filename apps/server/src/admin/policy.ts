import type { Policy } from 'hallpass'
import { Hono } from 'hono'
import type { Config } from '../config.js'
import type { PolicyAnswer } from './contract.js'
import type { AdminEnv } from './operator.js'

type Group = PolicyAnswer['groups'][number]
type Setting = Group['settings'][number]

/** `GET /admin/policy`: nothing of it changes while the server runs. */
export function policyRoutes(policy: Policy, config: Config): Hono<AdminEnv> {
  const groups = [
    sessionsGroup(policy),
    lifetimesGroup(policy),
    tokensGroup(policy),
    revocationGroup(policy),
    reachGroup(policy, config),
    doorsGroup(config),
  ]
  return new Hono<AdminEnv>().get('/', (c) => c.json({ groups } satisfies PolicyAnswer))
}

function sessionsGroup(policy: Policy): Group {
  return {
    title: 'Sessions',
    settings: [
      setting('HALLPASS_STRATEGY', policy.strategy, strategies[policy.strategy]),
      setting(
        'HALLPASS_ISSUER',
        policy.issuer,
        'The origin people reach this server under, and the issuer of every token.',
      ),
      setting('name', policy.name, 'Names the cookies, and keeps applications on one store apart.'),
      setting('sameSite', policy.sameSite, 'When browsers send the cookies along from pages of other sites.'),
      setting(
        'cookies.previously',
        listed(policy.cookies.previously.map(({ name }) => name)),
        'Cookies that were in use before: they are expired wherever they turn up.',
      ),
    ],
  }
}

const strategies: { readonly [Name in Policy['strategy']]: string } = {
  session: 'Sessions are carried by an opaque token.',
  hybrid: 'Sessions are carried by a short-lived access token, and go on by a refresh token.',
  jwt: 'Sessions are carried by an access token, and end with it.',
}

function lifetimesGroup({ lifetimes }: Policy): Group {
  return {
    title: 'Lifetimes',
    settings: [
      setting('lifetimes.idle', lasting(lifetimes.idle), 'A session that nobody uses ends after this long.'),
      setting('lifetimes.absolute', lasting(lifetimes.absolute), 'A session ends after this long however busy it is.'),
      setting(
        'lifetimes.rememberedIdle',
        lasting(lifetimes.rememberedIdle),
        'The same as idle, for who asked to stay signed in.',
      ),
      setting(
        'lifetimes.rememberedAbsolute',
        lasting(lifetimes.rememberedAbsolute),
        'The same as absolute, for who asked to stay signed in.',
      ),
      setting(
        'lifetimes.anonymous',
        lasting(lifetimes.anonymous),
        'A session of nobody in particular ends after this long.',
      ),
      setting('lifetimes.accessToken', lasting(lifetimes.accessToken), 'An access token is good for this long.'),
      setting(
        'lifetimes.overlap',
        lasting(lifetimes.overlap),
        'How long after a rotation the earlier refresh token is a harmless retry.',
      ),
    ],
  }
}

function tokensGroup({ audience, clientId, signing }: Policy): Group {
  return {
    title: 'Tokens and keys',
    settings: [
      setting('audience', audience, 'Whom access tokens are for ("aud").'),
      setting('clientId', clientId, 'Which client access tokens name ("client_id").'),
      setting('signing.algorithm', signing.algorithm, 'How tokens are signed.'),
      setting('signing.rotateEvery', lasting(signing.rotateEvery), 'A new key goes to work this often.'),
      setting('signing.cacheFor', lasting(signing.cacheFor), 'Verifiers may keep the published keys for this long.'),
    ],
  }
}

function revocationGroup({ leases, cachedSessions, whenTheLogForgets }: Policy): Group {
  const lease = leases === null ? 'off' : lasting(leases.lease)
  const beyond = leases === null || leases.lastKnownGood === 0 ? 'off' : lasting(leases.lastKnownGood)
  return {
    title: 'Revocation',
    settings: [
      setting('lease', lease, 'How long an instance trusts its memory after the store last told it everything.'),
      setting('lastKnownGood', beyond, 'How long beyond that, while the store is away, on routes that ask for it.'),
      setting('cachedSessions', String(cachedSessions), 'How many sessions an instance remembers.'),
      setting(
        'whenTheLogForgets',
        whenTheLogForgets,
        'What happens to sessions when the store lost too much of the log.',
      ),
    ],
  }
}

function reachGroup(policy: Policy, { store, transport, routes, host, port, logLevel }: Config): Group {
  const place = store.engine === 'memory' ? 'memory:' : store.engine === 'sqlite' ? `sqlite:${store.path}` : store.shown
  const { proxies, internalHosts } = transport
  return {
    title: 'Server',
    settings: [
      setting('HALLPASS_STORE', place, 'Where sessions, keys and accounts are kept.'),
      setting(
        'HALLPASS_HOST',
        `${host ?? 'every address of this machine'}, port ${port}`,
        'Where this server listens.',
      ),
      setting('origins', listed(policy.origins.slice(1)), 'Further origins whose pages may change something.'),
      setting('appOrigins', listed(policy.appOrigins), 'Web views of apps that may be handed tokens.'),
      setting('internalHosts', listed(internalHosts), 'Hosts that services reach this server under.'),
      setting(
        'proxies',
        proxies === null ? 'none' : `${proxies.count}, from ${proxies.networks.join(', ')}`,
        'What stands before this server and is believed about who connects.',
      ),
      setting(
        'gateway.routes',
        listed(routes.map((route) => `${route.host}${route.path}`)),
        'What is handed on to backends, or judged for a proxy that does so.',
      ),
      setting('logLevel', logLevel, 'What is written to the log.'),
    ],
  }
}

/** Keys themselves are nobody's to see: only whether there are any. */
function doorsGroup({ operatorKey, logKeys, forwardAuthKeys, secretFile }: Config): Group {
  return {
    title: 'Keys in the configuration',
    settings: [
      setting('HALLPASS_SECRET', secretFile ?? 'set', 'What everything in the store is sealed under.'),
      setting('HALLPASS_OPERATOR_KEY', operatorKey === null ? 'not set' : 'set', 'Opens the operator API to programs.'),
      setting('HALLPASS_LOG_KEY', howMany(logKeys), 'Opens the revocation log to remote verifiers.'),
      setting('HALLPASS_FORWARD_AUTH_KEY', howMany(forwardAuthKeys), 'Opens forward-auth to proxies.'),
    ],
  }
}

function setting(name: string, value: string, meaning: string): Setting {
  return { name, value, meaning }
}

function listed(values: readonly string[]): string {
  return values.length === 0 ? 'none' : values.join(', ')
}

function howMany(keys: readonly string[] | null): string {
  if (keys === null) return 'not set'
  return keys.length === 1 ? 'set' : `${keys.length} are set`
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

/** Such as "14 days" or "1 hour 30 minutes". */
export function lasting(milliseconds: number): string {
  const parts: string[] = []
  let left = milliseconds
  for (const [unit, length] of units) {
    const count = unit === 'second' ? Math.round(left / 100) / 10 : Math.floor(left / length)
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`)
    left -= Math.floor(left / length) * length
  }
  return parts.length === 0 ? '0 seconds' : parts.join(' ')
}
