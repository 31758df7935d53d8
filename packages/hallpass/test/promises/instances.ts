import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { hallpass, type Hallpass, type HallpassEvent, type HallpassOptions, type Store } from 'hallpass'
import type { TestClient } from 'hallpass/testing'
import { testSecret } from '../open-auth.js'

export interface Instances {
  readonly all: readonly Hallpass[]
  /** How many steps of the store have been asked for that are neither renewals nor acknowledgements. */
  readonly storeSteps: () => number
  readonly events: HallpassEvent[]
}

/** Several instances on one store, as several processes would be; what they ask of it is counted. */
export function instances(
  t: TestContext,
  store: Store,
  count: number,
  options: Partial<HallpassOptions> = {},
): Instances {
  let steps = 0
  const counted = <Port extends object>(port: Port, free: readonly string[]): Port =>
    new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        return (...values: unknown[]): unknown => {
          if (!free.includes(String(name))) steps++
          return member.apply(target, values) as unknown
        }
      },
    })
  const shared: Store = {
    ...store,
    sessions: counted(store.sessions, ['touch']),
    keys: counted(store.keys, []),
    log: counted(store.log, ['renew', 'acknowledge', 'subscribe']),
    close: async () => {},
  }
  const events: HallpassEvent[] = []
  const all = Array.from({ length: count }, () => {
    const auth = hallpass({ issuer: 'https://app.example', secret: testSecret, store: shared, ...options })
    for (const type of ['revoked', 'trouble', 'log-forgot', 'lease-refused'] as const) {
      auth.on(type, (event) => events.push(event))
    }
    return auth
  })
  t.after(() => Promise.all(all.map((auth) => auth.close())))
  return { all, storeSteps: () => steps, events }
}

/** Asks every instance until each of them answers from memory. */
export async function warm({ all, storeSteps }: Instances, clients: readonly TestClient[]): Promise<void> {
  for (let round = 0; round < 500; round++) {
    const before = storeSteps()
    for (const auth of all) {
      for (const client of clients) await auth.authenticate(client.view('GET', '/'))
    }
    if (round > 0 && storeSteps() === before) return
    await sleep(10)
  }
  throw new Error('an instance never answered from memory')
}

/** What each instance says of whoever asks: a session's subject, or the refusal. */
export async function standings({ all }: Instances, client: TestClient): Promise<readonly string[]> {
  const answers = await Promise.all(all.map((auth) => auth.authenticate(client.view('GET', '/'))))
  return answers.map(({ session, refusal }) => session?.subject ?? refusal!)
}
