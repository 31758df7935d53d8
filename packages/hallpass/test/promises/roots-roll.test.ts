import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { hallpass, type Hallpass, type Store } from 'hallpass'
import { signedIn, signedInApp, type TestClient } from 'hallpass/testing'
import { crypto } from '#src/crypto/node.js'
import { createRoots } from '#src/crypto/roots.js'
import { engines } from '../stores/engines.js'

const oldSecret = 'Jv3xkq0zT8mYw5LrB1uNf7HcG2aSdE9oP4iQ6tXbZ0V'
const newSecret = 'mB7dQ2yRkX9fWc4Ts1JvLh8ZpNg6Ua0EeKi5oD3xYqH'
const underNew = createRoots(crypto, [newSecret])

function instanceOf(store: Store, secret: readonly string[], strategy: 'session' | 'hybrid'): Hallpass {
  const shared: Store = { ...store, close: async () => {} }
  return hallpass({ issuer: 'https://app.example', secret, store: shared, strategy, lease: 1 })
}

/** A native app that refreshes before every request, so that every chain secret is opened again and again. */
class App {
  #refreshToken: string

  constructor(refreshToken: string) {
    this.#refreshToken = refreshToken
  }

  async use(auth: Hallpass, client: TestClient): Promise<boolean> {
    const view = client.view('POST', '/auth/refresh', { json: { refreshToken: this.#refreshToken } })
    const { tokens } = await auth.refresh(view)
    this.#refreshToken = tokens!.refreshToken!
    const bearer = { headers: { authorization: `Bearer ${tokens!.accessToken!}` } }
    return (await auth.authenticate(client.view('GET', '/', bearer))).session !== null
  }
}

async function isAllUnderNew(store: Store, sessions: readonly string[]): Promise<boolean> {
  const { keys } = await store.keys.read()
  const records = await Promise.all(sessions.map((id) => store.sessions.find(id)))
  const sealed = [
    ...keys.map(({ wrappedPrivateKey }) => wrappedPrivateKey).filter((wrapped) => wrapped !== ''),
    ...records.map(({ record }) => record!.chainSecret),
  ]
  const current = await Promise.all(sealed.map((value) => underNew.isCurrent(value)))
  return current.every(Boolean)
}

describe('the root secret rolls from old to new', { concurrency: true }, () => {
  for (const { engine, stores } of engines) {
    test(
      `on ${engine}: [old], [old, new], [new, old], [new], and no request fails`,
      { timeout: 120_000 },
      async (t) => {
        const store = await stores(t).open()
        const running: Hallpass[] = []
        const start = (...secret: string[]): void => {
          for (const strategy of ['session', 'hybrid'] as const) running.push(instanceOf(store, secret, strategy))
        }
        const stopFirst = async (): Promise<void> => {
          await Promise.all(running.splice(0, 2).map((auth) => auth.close()))
        }
        t.after(() => Promise.all(running.map((auth) => auth.close())))

        start(oldSecret)
        const [bySession, byTokens] = running as [Hallpass, Hallpass]
        const browsers = [await signedIn(bySession, 'u_1'), await signedIn(bySession, 'u_2')]
        const native = await signedInApp(byTokens, 'u_3')
        const app = new App(native.tokens.refreshToken!)
        const sessions = [...browsers, native].map(({ session }) => session.id)
        const { token } = await byTokens.tokens.issue({ audience: 'https://orders.example', ttl: 900 })

        let failures = 0
        let requests = 0
        const use = async (): Promise<void> => {
          for (const auth of running) {
            const answers = [
              ...browsers.map(async ({ client }) => (await auth.read(client.view('GET', '/'))).session !== null),
              auth.policy.strategy === 'session' ? Promise.resolve(true) : app.use(auth, native.client),
              auth.tokens.introspect(token).then(({ active }) => active),
            ]
            for (const answer of await Promise.allSettled(answers)) {
              requests++
              failures += answer.status === 'fulfilled' && answer.value ? 0 : 1
            }
          }
        }
        const useUntil = async (done: () => Promise<boolean>): Promise<void> => {
          for (let rounds = 0; rounds < 1000; rounds++) {
            await use()
            if (await done()) return
            await sleep(20)
          }
          throw new Error('it never came to that')
        }

        await use()
        start(oldSecret, newSecret)
        await use()
        await stopFirst()
        // Instances that seal with the old one and instances that seal with the new one, at once.
        start(newSecret, oldSecret)
        for (let rounds = 0; rounds < 10; rounds++) await use()
        await stopFirst()
        start(newSecret, oldSecret)
        await stopFirst()
        await useUntil(() => isAllUnderNew(store, sessions))
        start(newSecret)
        await use()
        await stopFirst()
        await use()
        assert.equal(failures, 0)
        assert.ok(requests > 50)
        // Nothing but what the new secret opens is left: refreshing and signing go on.
        const fresh = await running[1]!.tokens.issue({ audience: 'https://orders.example' })
        assert.equal((await running[0]!.tokens.introspect(fresh.token)).active, true)
        await use()
        assert.equal(failures, 0)
      },
    )
  }
})
