import { randomUUID } from 'node:crypto'
import { appendFileSync, copyFileSync, existsSync, readFileSync } from 'node:fs'
import { IncomingMessage, ServerResponse } from 'node:http'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Store } from 'hallpass'

/** Set by `npm test` while it runs everything; a file that is run by hand records nothing. */
const folder = process.env['SECRETS_RECORD']
const root = fileURLToPath(new URL('../../..', import.meta.url))
const test = process.env['SECRETS_RECORD_TEST'] ?? relative(root, process.argv[1] ?? '')

/** What was seen, as it was. `tools/test/secrets.js` finds the secrets in it, and looks for them everywhere else. */
export type Seen =
  /** The body of a request, for the passwords in it. */
  | { readonly asked: string }
  | {
      readonly answered: {
        readonly path: string
        readonly status: number
        readonly headers: readonly (readonly [name: string, value: string])[]
        readonly body: string
      }
    }
  /** An address that a browser asked for; those that tests make up themselves say nothing about us. */
  | { readonly address: string }
  | { readonly logged: string }
  /** A secret of the configuration: a root secret, the operator key, the password of a store. */
  | { readonly root: string }
  /** What a backend was handed, to verify and to keep to itself. */
  | { readonly upstreamToken: string }
  /** All that was ever written to one store. */
  | { readonly stored: readonly unknown[] }
  /** The name of a copy in the folder. */
  | { readonly database: string }

export function record(seen: Seen): void {
  if (folder === undefined) return
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify({ test, ...seen })}\n`)
}

/** What makes a server record that runs in a process of its own: it loads this module first. */
export const recording: { readonly flags: readonly string[]; readonly env: { readonly [name: string]: string } } =
  folder === undefined
    ? { flags: [], env: {} }
    : { flags: ['--import', import.meta.url], env: { SECRETS_RECORD: folder, SECRETS_RECORD_TEST: test } }

/** A database as it lies on the disk, with what has not been moved into it yet. */
export function recordDatabase(file: string): void {
  if (folder === undefined) return
  for (const part of [file, `${file}-wal`]) {
    if (!existsSync(part)) continue
    const database = `${randomUUID()}.db`
    copyFileSync(part, join(folder, database))
    record({ database })
  }
}

/** What a server keeps in the folder that it runs in. */
export function recordFolder(path: string): void {
  const secretFile = join(path, 'data/hallpass.secret')
  if (existsSync(secretFile)) record({ root: readFileSync(secretFile, 'utf8').trim() })
  recordDatabase(join(path, 'data/hallpass.db'))
}

/** The store; when it is closed, everything that was ever handed to it is recorded. */
export function recorded(store: Store): Store {
  if (folder === undefined) return store
  const stored: unknown[] = []
  const kept = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver)
        if (typeof member !== 'function') return member
        return (...given: unknown[]): unknown => {
          stored.push(structuredClone(given))
          return member.apply(target, given)
        }
      },
    })
  return {
    engine: store.engine,
    sessions: kept(store.sessions),
    log: store.log,
    keys: kept(store.keys),
    accounts: kept(store.accounts),
    clients: kept(store.clients),
    audit: kept(store.audit),
    check: () => store.check(),
    close() {
      record({ stored })
      return store.close()
    },
  }
}

/**
 * Everything that an HTTP server of this process is asked and answers. Seen here and not by the clients: a browser
 * forgets the answers of a page that it has left, and some answers get lost on purpose.
 */
function recordServers(): void {
  const bodies = new WeakMap<object, Buffer[]>()
  const keep = (message: object, chunk: unknown): void => {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return
    bodies.set(message, [...(bodies.get(message) ?? []), Buffer.from(chunk)])
  }
  const bodyOf = (message: object): string => Buffer.concat(bodies.get(message) ?? []).toString()

  IncomingMessage.prototype.push = function (...given) {
    keep(this, given[0])
    return Readable.prototype.push.apply(this, given)
  }
  const { write, end } = ServerResponse.prototype
  ServerResponse.prototype.write = function (this: ServerResponse, ...given: unknown[]) {
    keep(this, given[0])
    return Reflect.apply(write, this, given) as boolean
  }
  ServerResponse.prototype.end = function (this: ServerResponse, ...given: unknown[]) {
    keep(this, given[0])
    const ended = Reflect.apply(end, this, given) as ServerResponse
    record({ asked: bodyOf(this.req) })
    record({
      answered: { path: this.req.url ?? '', status: this.statusCode, headers: headOf(this), body: bodyOf(this) },
    })
    return ended
  }
}

/** As it was sent: `getHeaders` does not know what was handed to `writeHead`. */
function headOf(response: ServerResponse): (readonly [name: string, value: string])[] {
  const { _header: head } = response as unknown as { readonly _header: string | null }
  return (head ?? '').split('\r\n').flatMap((line) => {
    const colon = line.indexOf(': ')
    return colon === -1 ? [] : [[line.slice(0, colon), line.slice(colon + 2)] as const]
  })
}

if (folder !== undefined) recordServers()
