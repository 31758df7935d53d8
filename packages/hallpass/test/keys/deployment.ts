import type { TestContext } from 'node:test'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { hallpass, type Hallpass, type HallpassEvent, type HallpassOptions, type Store } from 'hallpass'
import { memory } from 'hallpass/memory'
import { type ManualClock, manualClock } from 'hallpass/testing'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { testSecret } from '../open-auth.js'

export const service = 'https://orders.example'

/** Instances that share a store and a clock, which stands still until it is told to go on. */
export class Deployment {
  readonly clock: ManualClock = manualClock()
  readonly events: HallpassEvent[] = []
  readonly all: Hallpass[] = []
  readonly #store: Store
  readonly #options: Partial<HallpassOptions>

  constructor(t: TestContext, options: Partial<HallpassOptions> = {}, store: Store = memory()) {
    this.#store = { ...store, close: async () => {} }
    this.#options = options
    t.after(() => Promise.all(this.all.map((auth) => auth.close())))
  }

  /** One more instance. */
  start(options: Partial<HallpassOptions> = {}): Hallpass {
    const auth = hallpass({
      ...{ issuer: 'https://app.example', secret: testSecret, store: this.#store, runtime: this.clock },
      ...this.#options,
      ...options,
    })
    auth.on('keys-changed', (event) => void this.events.push(event))
    // A clock that jumps makes a renewal late, which is no matter of the keys.
    auth.on('trouble', (event) => void (event.where === 'key-ring' && this.events.push(event)))
    this.all.push(auth)
    return auth
  }

  async startMany(count: number): Promise<void> {
    for (let index = 0; index < count; index++) this.start()
    await this.settle()
  }

  /** Lets what was begun come to its end. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 25; turns++) await turn()
  }

  /** Moves the clock on in steps; after each of them what it set off comes to its end, and `then` is done. */
  async pass(milliseconds: number, step: number, then: () => Promise<void> = async () => {}): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += step) {
      this.clock.advance(Math.min(step, milliseconds - passed))
      await this.settle()
      await then()
    }
  }

  /** Moves the clock on in steps until something has happened. Keys are made on no clock of ours: it waits for those too. */
  async passUntil(happened: () => boolean | Promise<boolean>, step = 5000): Promise<void> {
    for (let steps = 0; steps < 2000; steps++) {
      if (await happened()) return
      await this.pass(step, step)
      await sleep(1)
    }
    throw new Error('it never happened')
  }

  /** How often the ring was changed like that. */
  changes(what: string): number {
    return this.events.filter((event) => event.type === 'keys-changed' && event.what === what).length
  }
}

/** A verifier somewhere else: all it has is the JWK Set, kept for as long as the answer allowed, and never asked for sooner. */
export class RemoteVerifier {
  requests = 0
  readonly #from: Hallpass
  readonly #clock: ManualClock
  #keys: JSONWebKeySet = { keys: [] }
  #until = -Infinity

  constructor(from: Hallpass, clock: ManualClock) {
    this.#from = from
    this.#clock = clock
  }

  async accepts(token: string): Promise<boolean> {
    if (this.#clock.monotonic() >= this.#until) {
      const { keys, cacheFor } = await this.#from.keys.jwks()
      this.requests++
      this.#keys = { keys: keys.map((key) => ({ ...key })) }
      this.#until = this.#clock.monotonic() + cacheFor
    }
    const verifying = jwtVerify(token, createLocalJWKSet(this.#keys), {
      audience: service,
      currentDate: new Date(this.#clock.now()),
    })
    return verifying.then(
      () => true,
      () => false,
    )
  }
}

/** A token of 15 minutes for another service. */
export async function issued(auth: Hallpass): Promise<string> {
  return (await auth.tokens.issue({ audience: service, ttl: 900 })).token
}

export async function isActive(auth: Hallpass, token: string): Promise<boolean> {
  return (await auth.tokens.introspect(token)).active
}

export function kidOf(token: string): string {
  return (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid
}
