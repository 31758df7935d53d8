import { test } from 'node:test'
import type { StrategyName } from 'hallpass'
import { memory } from 'hallpass/memory'
import { sqlite } from 'hallpass/sqlite'
import { strategyContract } from 'hallpass/testing'
import { openAuth } from '../open-auth.js'

const stores = { memory, sqlite: () => sqlite(':memory:') }

for (const strategy of ['session', 'hybrid', 'jwt'] as const satisfies StrategyName[]) {
  for (const [engine, open] of Object.entries(stores)) {
    for (const [promise, check] of strategyContract) {
      test(`${strategy} on ${engine}: ${promise}`, () =>
        check((options) => openAuth({ ...options, strategy, store: open() }).auth))
    }
  }
}
