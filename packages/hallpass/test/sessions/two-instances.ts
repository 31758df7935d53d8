import type { TestContext } from 'node:test'
import type { Hallpass, HallpassOptions, Store } from 'hallpass'
import { memory } from 'hallpass/memory'
import { type ManualClock, manualClock, type TestClient } from 'hallpass/testing'
import { settled } from '../cluster/fixture.js'
import { instances } from '../promises/instances.js'

export const start = Date.UTC(2026, 0, 1)
export const orders = 'https://orders.example'
export const invoices = 'https://invoices.example'

export interface TwoInstances {
  readonly here: Hallpass
  readonly there: Hallpass
  readonly clock: ManualClock
  /** How often the store was asked for sessions and revoked tokens. */
  readonly lookUps: () => number
  /** From now on the store's session and key ports, and the readings of its log, reject; or no more. */
  fail(fails: boolean): void
  /** Time goes by as it does: what it starts comes to its end before it goes on. */
  pass(milliseconds: number): Promise<void>
  /** What may have to wait for the clock: an instance that left hears of no acknowledgement. */
  meanwhile<Value>(work: Promise<Value>): Promise<Value>
}

/** Two instances on one store and one clock, both with a lease. */
export async function twoInstances(
  t: TestContext,
  options: Partial<HallpassOptions> = {},
  store: Store = memory(),
): Promise<TwoInstances> {
  const clock = manualClock(start)
  const { switched, fail, lookUps } = failing(store)
  const { all } = instances(t, switched, 2, { runtime: clock, ...options })
  t.after(() => fail(false))
  const [here, there] = all as [Hallpass, Hallpass]
  for (const auth of all) await auth.authenticate(nobody)
  await settled()
  const pass = async (milliseconds: number): Promise<void> => {
    for (let left = milliseconds; left > 0; left -= 500) {
      clock.advance(Math.min(500, left))
      await settled()
    }
  }
  const meanwhile = async <Value>(work: Promise<Value>): Promise<Value> => {
    const its = { isOver: false }
    const over = (): void => void (its.isOver = true)
    work.then(over, over)
    for (let rounds = 0; rounds < 100 && !its.isOver; rounds++) {
      await settled()
      if (!its.isOver) clock.advance(50)
    }
    return work
  }
  return { here, there, clock, lookUps, fail, pass, meanwhile }
}

/** A request that is anybody's: what it is asked for is a lease. */
const nobody = {
  method: 'GET',
  path: '/',
  query: '',
  header: (name: string) => (name === 'authorization' ? 'Bearer hp_s.nobody' : null),
  address: null,
  body: () => ({ text: '' }),
}

/** Asks as that client until the instance answers from memory. */
export async function warmFor(auth: Hallpass, client: TestClient): Promise<void> {
  const before = auth.figures().fromMemory
  for (let round = 0; round < 10 && auth.figures().fromMemory === before; round++) {
    await auth.authenticate(client.view('GET', '/'))
    await settled()
  }
}

function failing(store: Store): Pick<TwoInstances, 'fail' | 'lookUps'> & { readonly switched: Store } {
  let fails = false
  let asked = 0
  const switched = <Port extends object>(port: Port, names?: readonly string[]): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver)
        if (typeof member !== 'function' || (names !== undefined && !names.includes(String(name)))) return member
        return (...values: unknown[]): unknown => {
          if (name === 'find' || name === 'revokesToken') asked++
          return fails ? Promise.reject(new Error('disk on fire')) : (member.apply(target, values) as unknown)
        }
      },
    })
  const sessions = switched(store.sessions)
  const log = switched(store.log, ['renew', 'revokesToken', 'standing', 'append'])
  return {
    switched: { ...store, sessions, log, keys: switched(store.keys) },
    fail: (now) => void (fails = now),
    lookUps: () => asked,
  }
}
