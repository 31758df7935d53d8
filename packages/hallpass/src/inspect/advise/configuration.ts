import type { Plan } from './plan.js'

/** What to copy for the server: a file, and what differs from place to place. */
export interface Configuration {
  /** The text of `hallpass.config.json`. */
  readonly file: string
  /** The text of an environment file; what stands in angle brackets is yours to put there. */
  readonly environment: string
}

const drawn = '<openssl rand -base64 48>'

const storeAddresses: { readonly [Store in Plan['store']]: string } = {
  sqlite: 'sqlite:./data/hallpass.db',
  postgres: 'postgres://<user>:<password>@<host>:5432/<database>',
  redis: 'redis://<user>:<password>@<host>:6379',
}

export function configurationFor(plan: Plan): Configuration {
  const lines = [
    'HALLPASS_ISSUER=https://app.example',
    `HALLPASS_STORE=${storeAddresses[plan.store]}`,
    `HALLPASS_STRATEGY=${plan.strategy}`,
    `HALLPASS_SECRET=${drawn}`,
    // services are made known with the one, and follow the log with the other
    ...(plan.carriage === 'services' ? [`HALLPASS_OPERATOR_KEY=${drawn}`] : []),
    ...(plan.verifiers === 'log' ? [`HALLPASS_LOG_KEY=${drawn}`] : []),
  ]
  return { file: `${JSON.stringify(settingsOf(plan), null, 2)}\n`, environment: `${lines.join('\n')}\n` }
}

function settingsOf(plan: Plan): object {
  return {
    ...policyOf(plan),
    // what ends TLS before it: one proxy, on this machine or in a private network
    proxies: {},
    ...(plan.carriage === 'gateway' ? { gateway: { routes } } : {}),
  }
}

const routes = [
  { path: '/', upstream: 'http://127.0.0.1:3000', audience: 'https://www.example', access: 'public' },
  { path: '/orders', upstream: 'http://127.0.0.1:3001', audience: 'https://orders.example' },
]

/** What server and library call by the same names. */
export function policyOf({ lifetimes, lease, sameSite, origins, appOrigins }: Plan): object {
  const { idle, absolute, accessToken } = lifetimes
  return {
    lifetimes: {
      idle,
      absolute,
      rememberedIdle: idle,
      rememberedAbsolute: absolute,
      ...(accessToken === null ? {} : { accessToken }),
    },
    ...(lease === null ? {} : { lease }),
    ...(sameSite === null ? {} : { sameSite }),
    ...(origins.length === 0 ? {} : { origins }),
    ...(appOrigins.length === 0 ? {} : { appOrigins }),
  }
}
