import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto'
import type { ClaimRules } from '#src/core/claims.js'
import type { HallpassEvent } from '#src/core/events.js'
import { news } from '#src/core/log.js'
import type { Runtime } from '#src/core/ports.js'
import type { KeyRecord, KeyStore } from '#src/core/store.js'
import { crypto as node } from '#src/crypto/node.js'
import { createRoots, type Roots } from '#src/crypto/roots.js'
import { type AccessTokenParts, createAccessTokens } from '#src/keys/access-tokens.js'
import { createKeyRing, type KeyRingParts } from '#src/keys/key-ring.js'
import { ringTiming } from '#src/keys/schedule.js'
import {
  audience,
  Forge,
  issuedAt,
  issuer,
  maximumLifetime,
  payload as ofAnyIssuer,
  startedAt,
} from '../attacks/forge.js'

export const secret = 'vUrd3ZhC7xMlTqWb5eYk9sHnJgPa2cFo'
export const roots: Roots = createRoots(node, [secret])

export const rules: ClaimRules = { issuer, audience, clientId: 'web', maximumLifetime, clockTolerance: 5 }

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
  ...ofAnyIssuer,
  ...{ sid: 's_1', auth_time: issuedAt - 60, amr: ['pwd'] },
  ...{ gen: 0, sv: 0, dv: 0, sc: 0, cc: 0 },
}

/** A ring with the policy's defaults, of tokens that live for 15 minutes at most. */
export const timing = ringTiming({ algorithm: 'EdDSA', rotateEvery: 30 * 86_400_000, cacheFor: 300_000 }, null, 900_000)

interface InstanceParts extends Partial<Omit<AccessTokenParts & KeyRingParts, 'store' | 'runtime' | 'ring'>> {
  readonly store?: TestKeyStore
  readonly runtime?: ManualClock
}

/** One instance on a store; parts can be shared or replaced. */
export function instance(parts: InstanceParts = {}) {
  const { store = new TestKeyStore(), runtime = new ManualClock(), ...others } = parts
  const events: HallpassEvent[] = []
  const given = {
    ...{ roots, crypto: node, rules, timing, trusted: () => true, lease: 1950 },
    keysChanged: () => ({ ...news.keysChanged(), id: node.randomBytes(16).join('') }),
    emit: (event: HallpassEvent) => void events.push(event),
    ...others,
  }
  const ring = createKeyRing({ ...given, store, runtime })
  const tokens = createAccessTokens({ ...given, ring, runtime })
  return { store, runtime, ring, events, tokens: { ...tokens, list: () => ring.list(), jwks: () => ring.jwks() } }
}

/** Signs with the instance's own key. */
export async function forgeOf(keys: readonly KeyRecord[], state: KeyRecord['state'] = 'active'): Promise<Forge> {
  const { kid, wrappedPrivateKey } = keys.find((key) => key.state === state)!
  const jwk = JSON.parse(
    new TextDecoder().decode(await roots.open('signing-key', wrappedPrivateKey, kid)),
  ) as JsonWebKey
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  return new Forge('EdDSA', { keys: { privateKey, publicKey: createPublicKey(privateKey) }, kid, payload })
}
