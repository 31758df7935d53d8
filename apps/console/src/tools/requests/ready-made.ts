import type { strings } from '../../strings/requests'
import { type Credential, type Draft, noCredential, row } from './draft'

export type CallName = keyof typeof strings.calls

interface Call {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly credential?: Credential['is']
  readonly headers?: readonly (readonly [string, string])[]
  readonly json?: object
  readonly form?: string
}

const person = { email: '', password: '' }

/** The routes of Hallpass that people ask about. */
const calls: { readonly [Name in CallName]: Call } = {
  health: { method: 'GET', path: '/healthz' },
  ready: { method: 'GET', path: '/readyz' },
  signIn: { method: 'POST', path: '/auth/sign-in', json: person },
  signInApp: { method: 'POST', path: '/auth/sign-in', json: person, headers: [['Hallpass-Client', 'native']] },
  session: { method: 'GET', path: '/auth/session', credential: 'cookie' },
  sessions: { method: 'GET', path: '/auth/sessions', credential: 'cookie' },
  csrf: { method: 'GET', path: '/auth/csrf', credential: 'cookie' },
  refresh: { method: 'POST', path: '/auth/refresh', credential: 'cookie' },
  signOut: { method: 'POST', path: '/auth/sign-out', credential: 'token' },
  jwks: { method: 'GET', path: '/.well-known/jwks.json' },
  metadata: { method: 'GET', path: '/.well-known/oauth-authorization-server' },
  token: { method: 'POST', path: '/oauth/token', form: 'grant_type=client_credentials&client_id=&client_secret=' },
  introspect: { method: 'POST', path: '/oauth/introspect', form: 'token=&client_id=&client_secret=' },
}

export const callNames = Object.keys(calls) as readonly CallName[]

/**
 * The form for one of them. `byServer`: the server sends it, and says of itself what a browser would: without that, nobody gets
 * cookies. What was put in as a credential stays.
 */
export function readyMade(name: CallName, origin: string, byServer: boolean, before: Credential): Draft {
  const { method, path, credential = 'none', headers = [], json, form } = calls[name]
  const type = json === undefined ? 'application/x-www-form-urlencoded' : 'application/json'
  const content = json === undefined && form === undefined ? [] : [row('Content-Type', type)]
  const asBrowser = byServer && method === 'POST' && path.startsWith('/auth/') && name !== 'signInApp'
  return {
    method,
    url: origin + path,
    rows: [
      ...content,
      ...(asBrowser ? [row('Origin', origin), row('Sec-Fetch-Site', 'same-origin')] : []),
      ...headers.map(([header, value]) => row(header, value)),
    ],
    credential: credential === 'none' ? noCredential : { ...before, is: credential },
    body: form ?? (json === undefined ? '' : JSON.stringify(json, null, 2)),
  }
}
