import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { createVerifier, type KeySet } from 'hallpass/verify'
import type { LogEntry, LogTerms, Position } from '#src/core/log.js'
import type { Runtime } from '#src/core/ports.js'
import type { LogFeed } from '#src/core/store.js'

interface Snapshot {
  readonly identity: string
  readonly start: Position
  readonly entries: readonly LogEntry[]
}

interface Vectors {
  readonly issuer: string
  readonly audience: string
  /** Milliseconds since 1970. */
  readonly now: number
  readonly jwks: KeySet
  readonly logs: { readonly [name: string]: Snapshot }
  readonly cases: readonly {
    readonly name: string
    readonly token: string
    readonly log: string | null
    readonly verdict: string
  }[]
}

const file = new URL('../../../../docs/vectors/verification.json', import.meta.url)
const { issuer, audience, now, jwks, logs, cases } = JSON.parse(readFileSync(file, 'utf8')) as Vectors

const clock: Runtime = { now: () => now, monotonic: () => 0, later: () => () => undefined }

/** A log in which nothing happens any more. */
function feedOf({ identity, start, entries }: Snapshot): LogFeed {
  return {
    mayForget: false,
    renew: async (_member: unknown, terms: LogTerms) => ({
      ...{ identity, terms, start, entries },
      ...{ time: now, held: false, leaseFor: null },
    }),
    acknowledge: async () => 'acknowledged',
    retire: async () => 'retired',
    subscribe: () => () => undefined,
  }
}

const logged = Object.entries(logs).map(([name, snapshot]) => [name, { log: feedOf(snapshot) }] as const)
const verifiers = new Map(
  [[null, {}] as const, ...logged].map(([name, log]) => [
    name,
    createVerifier({ issuer, audience, jwks, clock, ...log }),
  ]),
)

describe('every test vector is judged as it says', () => {
  for (const name of new Set(cases.map((one) => one.name))) {
    test(name, async () => {
      for (const { token, log, verdict } of cases.filter((one) => one.name === name)) {
        const judged = await verifiers.get(log)!.verify(token)
        assert.equal(judged.ok ? 'ok' : judged.code, verdict, judged.ok ? token : `${judged.reason}: ${token}`)
      }
    })
  }
})
