import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saboteurs, storeContract } from '#src/testing/index.js'
import { engines } from '../stores/engines.js'

for (const { engine, keeps, cannot = {}, stores } of engines) {
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

test('every promise has a store that breaks it', () => {
  const broken = new Set(saboteurs.map(({ breaks }) => breaks))
  const unbroken = storeContract.map(([promise]) => promise).filter((promise) => !broken.has(promise))
  assert.deepEqual(unbroken, [])
})

test('promises and saboteurs have names of their own', () => {
  const names = [...storeContract.map(([promise]) => promise), ...saboteurs.map(({ name }) => name)]
  assert.equal(new Set(names).size, names.length)
})
