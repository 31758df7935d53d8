import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Crypto } from '#src/core/ports.js'
import { crypto as node } from '#src/crypto/node.js'
import { createRoots } from '#src/crypto/roots.js'
import { crypto as web } from '#src/crypto/web.js'

const older = 'vUrd3ZhC7xMlTqWb5eYk9sHnJgPa2cFo'
const newer = 'Xq8mR1tKzD6wLbVy0NfGs4uEiCjHp7Oa'
const plain = new TextEncoder().encode('the plain text')
const unknownRoot = { name: 'HallpassError', code: 'root-unknown', status: 503 }

for (const [name, crypto] of [
  ['node:crypto', node],
  ['Web Crypto', web],
] as const) {
  test(`${name}: a roll-out of root secrets is never in anybody's way`, async () => {
    const steps = [[older], [older, newer], [newer, older]].map((secrets) => createRoots(crypto, secrets))
    for (const [one, writer] of steps.entries()) {
      const sealed = await writer.seal('label', plain, 'context')
      const mac = await writer.mac('label', 'message')
      // Neighbouring steps run side by side; the first and the last never do.
      for (const reader of steps.slice(Math.max(0, one - 1), one + 2)) {
        assert.deepEqual(Uint8Array.from(await reader.open('label', sealed, 'context')), plain)
        assert.equal(await reader.verifyMac('label', 'message', mac), true)
      }
    }
    const last = createRoots(crypto, [newer])
    const sealed = await steps[2]!.seal('label', plain, 'context')
    assert.deepEqual(Uint8Array.from(await last.open('label', sealed, 'context')), plain)
  })

  test(`${name}: a value of a root that is not configured is trouble, and a made-up MAC is merely false`, async () => {
    const before = createRoots(crypto, [older])
    const after = createRoots(crypto, [newer])
    const sealed = await before.seal('label', plain, 'context')
    await assert.rejects(after.open('label', sealed, 'context'), unknownRoot)
    assert.equal(await after.verifyMac('label', 'message', await before.mac('label', 'message')), false)
  })

  test(`${name}: what was changed in any place is trouble too, never an answer`, async () => {
    const roots = createRoots(crypto, [older])
    const sealed = await roots.seal('label', plain, 'context')
    await assert.rejects(roots.open('other label', sealed, 'context'), unknownRoot)
    await assert.rejects(roots.open('label', sealed, 'other context'), unknownRoot)
    for (const text of ['', '.', sealed.slice(0, 8), sealed.slice(0, 9), `${sealed}A`, `${sealed}=`, ` ${sealed}`]) {
      await assert.rejects(roots.open('label', text, 'context'), unknownRoot)
    }
    for (let index = 0; index < sealed.length; index++) {
      const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1)
      await assert.rejects(roots.open('label', changed, 'context'), unknownRoot)
    }
  })

  test(`${name}: a MAC holds for its label, its message and its one spelling only`, async () => {
    const roots = createRoots(crypto, [older])
    const mac = await roots.mac('label', 'message')
    assert.match(mac, /^[\w-]{8}\.[\w-]{43}$/)
    assert.equal(await roots.verifyMac('label', 'message', mac), true)
    assert.equal(await roots.verifyMac('labe', 'lmessage', mac), false)
    assert.equal(await roots.verifyMac('label', 'messagf', mac), false)
    for (let index = 0; index < mac.length; index++) {
      const changed = mac.slice(0, index) + (mac[index] === 'A' ? 'B' : 'A') + mac.slice(index + 1)
      assert.equal(await roots.verifyMac('label', 'message', changed), false)
    }
  })
}

test('no text a client makes up verifies or throws', async () => {
  const roots = createRoots(node, [older])
  const id = (await roots.mac('label', 'message')).slice(0, 8)
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String().map((rest) => `${id}.${rest}`),
  )
  await fc.assert(fc.asyncProperty(text, async (text) => !(await roots.verifyMac('label', 'message', text))))
})

test('a seal, a MAC and the root id of one label come from three different keys, each derived once', async () => {
  const labels: string[] = []
  const counting: Crypto = {
    ...node,
    hkdfSha256(secret, label, length) {
      labels.push(label)
      return node.hkdfSha256(secret, label, length)
    },
  }
  const roots = createRoots(counting, [older])
  for (let round = 0; round < 3; round++) {
    await roots.open('label', await roots.seal('label', plain, ''), '')
    await roots.verifyMac('label', 'message', await roots.mac('label', 'message'))
  }
  assert.equal(labels.length, 3)
  assert.equal(new Set(labels).size, 3)
})

test('a derivation that failed is tried again', async () => {
  let failures = 2
  const flaky: Crypto = {
    ...node,
    async hkdfSha256(secret, label, length) {
      if (failures-- > 0) throw new Error('busy')
      return await node.hkdfSha256(secret, label, length)
    },
  }
  const roots = createRoots(flaky, [older])
  await assert.rejects(roots.mac('label', 'message'), /busy/)
  await assert.rejects(roots.mac('label', 'message'), /busy/)
  assert.equal(await roots.mac('label', 'message'), await createRoots(node, [older]).mac('label', 'message'))
})

test('nothing of the secret shows in what names its root', async () => {
  const [one, two] = await Promise.all([older, newer].map((secret) => createRoots(node, [secret]).mac('label', 'm')))
  assert.notEqual(one!.slice(0, 8), two!.slice(0, 8))
  assert.ok(!older.includes(one!.slice(0, 4)))
})
