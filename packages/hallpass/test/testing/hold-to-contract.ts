import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saboteurs, storeContract } from '#src/testing/index.js'
import type { engines } from '../stores/engines.js'

type Engine = (typeof engines)[number]

/** Declares a test for each promise and each broken store, on one engine. */
export function holdToContract({ engine, keeps, cannot = {}, stores }: Engine): void {
  const reasonToSkip = (promise: string): string | false => {
    if (promise.startsWith('reopened') && !keeps) return `${engine} keeps nothing that could be opened again`
    return cannot[promise] ?? false
  }

  for (const [promise, check] of storeContract) {
    test(`${engine} keeps the promise: ${promise}`, { skip: reasonToSkip(promise) }, (t) => check(stores(t)))
  }

  for (const { name, breaks, sabotage } of saboteurs) {
    test(`${engine}: the contract catches a store that ${name}`, { skip: reasonToSkip(breaks) }, async (t) => {
      const broken = storeContract.find(([promise]) => promise === breaks)
      assert.ok(broken, `no promise is called "${breaks}"`)
      await assert.rejects(broken[1](stores(t, sabotage)), `nobody noticed that it breaks "${breaks}"`)
    })
  }
}
