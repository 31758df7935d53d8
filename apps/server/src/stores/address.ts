import { resolve } from 'node:path'

/** Where state lives, as `HALLPASS_STORE` says it. */
export type StoreAddress =
  | { readonly engine: 'memory' }
  | { readonly engine: 'sqlite'; readonly path: string }
  | RedisAddress
  | PostgresAddress

export interface RedisAddress {
  readonly engine: 'redis'
  readonly kind: 'single' | 'cluster' | 'sentinel'
  readonly tls: boolean
  /** Of one server, of some of a cluster, or of the Sentinels. */
  readonly nodes: readonly RedisNode[]
  /** Of the servers; Sentinels are asked without. */
  readonly login: { readonly username?: string; readonly password?: string }
  readonly database: number
  /** What the Sentinels call the primary; '' without Sentinels. */
  readonly primary: string
  /** Without the login: for people and logs. */
  readonly shown: string
}

export interface RedisNode {
  readonly host: string
  readonly port: number
}

export interface PostgresAddress {
  readonly engine: 'postgres'
  /** As libpq takes it, login and all. */
  readonly url: string
  /** Without the login and the parameters, which may hold one too: for people and logs. */
  readonly shown: string
}

/** Null where the text is no address of a store. */
export function readStoreAddress(text: string): StoreAddress | null {
  if (text === 'memory:') return { engine: 'memory' }
  if (/^sqlite:./s.test(text)) return { engine: 'sqlite', path: resolve(text.slice('sqlite:'.length)) }
  if (/^postgres(?:ql)?:/.test(text)) return postgresAddress(text)
  return redisAddress(text)
}

const redisForm = /^(redis|valkey)(s?)(?:-(cluster|sentinel))?:\/\/(?:(.*)@)?([^/@?#]+)(?:\/([^/?#]*))?$/s
const nodeForm = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([1-9][0-9]{0,4}))?$/i
const usualPort = { single: 6379, cluster: 6379, sentinel: 26_379 } as const

function redisAddress(text: string): RedisAddress | null {
  const [, scheme = '', s = '', form = 'single', userInfo, hosts = '', path = ''] = redisForm.exec(text) ?? []
  const kind = form as RedisAddress['kind']
  const nodes = hosts.split(',').map((host) => nodeIn(host, usualPort[kind]))
  const login = userInfo === undefined ? {} : loginIn(userInfo)
  if (scheme === '' || login === null || !nodes.every((node) => node !== null)) return null
  if (kind === 'single' && nodes.length > 1) return null
  if (kind === 'sentinel' ? path === '' : !(kind === 'single' ? /^[0-9]{0,4}$/ : /^$/).test(path)) return null
  return {
    engine: 'redis',
    kind,
    tls: s === 's',
    nodes,
    login,
    database: kind === 'single' ? Number(path) : 0,
    primary: kind === 'sentinel' ? path : '',
    shown: text.replace(/\/\/.*@/s, '//'),
  }
}

function nodeIn(text: string, usual: number): RedisNode | null {
  const [, host, port = String(usual)] = nodeForm.exec(text) ?? []
  if (host === undefined || Number(port) > 65_535) return null
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

/** `user:password`, or `:password`, with percent signs for what an address cannot hold. */
function loginIn(text: string): RedisAddress['login'] | null {
  const colon = text.indexOf(':')
  if (colon === -1) return null
  try {
    const [username, password] = [text.slice(0, colon), text.slice(colon + 1)].map(decodeURIComponent)
    return { ...(username ? { username } : {}), ...(password ? { password } : {}) }
  } catch {
    return null
  }
}

function postgresAddress(text: string): PostgresAddress | null {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return null
  }
  // a password with a slash in it would pass for a path, and be shown
  const hidesLogin = text.includes('@') && url.username === '' && url.password === ''
  if (hidesLogin || !/^postgres(?:ql)?:\/\//.test(text) || url.hash !== '') return null
  return { engine: 'postgres', url: text, shown: `${url.protocol}//${url.host}${url.pathname}` }
}
