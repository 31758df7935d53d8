import { test } from 'node:test'
import { storeContract } from '#src/testing/index.js'
import { connectPostgresJs, storesBy } from './postgres-engines.js'

const stores = storesBy(connectPostgresJs)

for (const [promise, check] of storeContract) {
  test(`postgres.js keeps the promise: ${promise}`, (t) => check(stores(t)))
}
