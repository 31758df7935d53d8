import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import type { ClaimRules } from '#src/core/claims.js'
import type { Runtime } from '#src/core/ports.js'
import type { KeyRecord, KeyStore } from '#src/core/store.js'
import { crypto as node } from '#src/crypto/node.js'
import { createRoots, type Roots } from '#src/crypto/roots.js'
import { type AccessTokenParts, createAccessTokens } from '#src/keys/access-tokens.js'

export const secret = 'vUrd3ZhC7xMlTqWb5eYk9sHnJgPa2cFo'
export const roots: Roots = createRoots(node, [secret])

export const rules: ClaimRules = {
  issuer: 'https://app.example',
  audience: 'https://api.example',
  clientId: 'web',
  maximumLifetime: 900,
  clockTolerance: 5,
}

export const startedAt = 1_800_000_000_000
export const issuedAt = startedAt / 1000

/** Both clocks stand still until they are moved. */
export class ManualClock implements Runtime {
  #passed = 0
  now = (): number => startedAt + this.#passed
  monotonic = (): number => this.#passed
  later = (): (() => void) => () => undefined
  advance(milliseconds: number): void {
    this.#passed += milliseconds
  }
}

export class TestKeyStore implements KeyStore {
  version = 0
  keys: readonly KeyRecord[] = []
  reads = 0
  writes = 0
  /** Set it, and every answer is this trouble. */
  trouble: Error | null = null

  async read(): Promise<{ version: number; keys: readonly KeyRecord[] }> {
    this.reads++
    const { version, keys } = this
    await Promise.resolve()
    if (this.trouble !== null) throw this.trouble
    return { version, keys }
  }

  async replace(version: number, keys: readonly KeyRecord[]): Promise<'replaced' | 'conflict'> {
    await Promise.resolve()
    if (this.trouble !== null) throw this.trouble
    if (version !== this.version) return 'conflict'
    this.writes++
    this.version++
    this.keys = keys
    return 'replaced'
  }
}

export const payload = {
  iss: rules.issuer,
  sub: 'u_42',
  aud: rules.audience,
  exp: issuedAt + 300,
  iat: issuedAt,
  jti: 't_1',
  client_id: 'web',
  sid: 's_1',
  auth_time: issuedAt - 60,
  amr: ['pwd'],
  gen: 0,
  sv: 0,
  dv: 0,
  sc: 0,
  cc: 0,
  roles: ['reader'],
}

interface InstanceParts extends Partial<Omit<AccessTokenParts, 'store' | 'runtime'>> {
  readonly store?: TestKeyStore
  readonly runtime?: ManualClock
}

/** One instance on a store; parts can be shared or replaced. */
export function instance(parts: InstanceParts = {}) {
  const { store = new TestKeyStore(), runtime = new ManualClock(), ...others } = parts
  const trusted = (): boolean => true
  const tokens = createAccessTokens({ roots, crypto: node, rules, trusted, ...others, store, runtime })
  return { store, runtime, tokens }
}

/** Signs whatever it is given with the instance's own active key: only strictness stands in its way. */
export class Forger {
  readonly header: { readonly [member: string]: string }
  readonly #key: KeyObject

  private constructor(kid: string, key: KeyObject) {
    this.header = { alg: 'EdDSA', typ: 'at+jwt', kid }
    this.#key = key
  }

  static async of(keys: readonly KeyRecord[], state: KeyRecord['state'] = 'active'): Promise<Forger> {
    const { kid, wrappedPrivateKey } = keys.find((key) => key.state === state)!
    const jwk = JSON.parse(new TextDecoder().decode(await roots.open('signing-key', wrappedPrivateKey, kid)))
    return new Forger(kid, createPrivateKey({ key: jwk, format: 'jwk' }))
  }

  /** Objects are written as JSON, text and bytes as they stand. */
  token(header: object | string | Uint8Array = this.header, body: object | string | Uint8Array = payload): string {
    return this.sealed(`${encoded(header)}.${encoded(body)}`)
  }

  /** Signs any text that stands before the last dot. */
  sealed(signed: string): string {
    return `${signed}.${sign(null, Buffer.from(signed), this.#key).toString('base64url')}`
  }
}

export function encoded(value: object | string | Uint8Array): string {
  const bytes = typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value)
  return Buffer.from(bytes).toString('base64url')
}
