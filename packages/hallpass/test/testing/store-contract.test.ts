import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saboteurs, storeContract } from '#src/testing/index.js'

test('every promise has a store that breaks it', () => {
  const broken = new Set(saboteurs.map(({ breaks }) => breaks))
  const unbroken = storeContract.map(([promise]) => promise).filter((promise) => !broken.has(promise))
  assert.deepEqual(unbroken, [])
})

test('promises and saboteurs have names of their own', () => {
  const names = [...storeContract.map(([promise]) => promise), ...saboteurs.map(({ name }) => name)]
  assert.equal(new Set(names).size, names.length)
})
