import assert from 'node:assert/strict'
import type { AccountRecord } from '../../core/store.js'
import { atOnce, type StorePromise } from './open-store.js'

function sampleAccount(differences: Partial<AccountRecord> = {}): AccountRecord {
  const email = 'ann@example.org'
  return { id: 'u_1', email, passwordHash: '$argon2id$', createdAt: 1, disabledAt: null, version: 1, ...differences }
}

/** The accounts. */
export const accountPromises: readonly StorePromise[] = [
  [
    'accounts: absence is a value',
    async ({ open }) => {
      const { accounts } = await open()
      assert.equal(await accounts.find('u_1'), null)
      assert.equal(await accounts.findByEmail('ann@example.org'), null)
    },
  ],
  [
    'accounts: what was inserted is found by id and by email, deeply equal',
    async ({ open }) => {
      const { accounts } = await open()
      for (const account of [sampleAccount(), sampleAccount({ id: 'ü', email: 'zoë@example.org', disabledAt: 7 })]) {
        assert.equal(await accounts.insert(account), 'inserted')
        assert.deepEqual(await accounts.find(account.id), account)
        assert.deepEqual(await accounts.findByEmail(account.email), account)
      }
    },
  ],
  [
    'accounts: an id or email that is taken stays with its account',
    async ({ open }) => {
      const { accounts } = await open()
      await accounts.insert(sampleAccount())
      assert.equal(await accounts.insert(sampleAccount({ id: 'u_2', passwordHash: 'thief' })), 'taken')
      assert.equal(await accounts.insert(sampleAccount({ email: 'other@example.org' })), 'taken')
      assert.deepEqual(await accounts.findByEmail('ann@example.org'), sampleAccount())
      assert.equal(await accounts.find('u_2'), null)
      assert.equal(await accounts.findByEmail('other@example.org'), null)
    },
  ],
  [
    'accounts: of 20 with one email inserted at once exactly one is',
    async ({ open }) => {
      const { accounts } = await open()
      const tally = await atOnce(20, (number) => accounts.insert(sampleAccount({ id: `u_${number}` })))
      assert.deepEqual(tally, { inserted: 1, taken: 19 })
    },
  ],
  [
    'accounts: replace compares the version and raises it by one, and of 20 at once exactly one is stored',
    async ({ open }) => {
      const { accounts } = await open()
      await accounts.insert(sampleAccount())
      const tally = await atOnce(20, (number) => accounts.replace(sampleAccount({ disabledAt: number })))
      assert.deepEqual(tally, { replaced: 1, conflict: 19 })
      assert.equal((await accounts.find('u_1'))?.version, 2)
      const next = sampleAccount({ passwordHash: 'new', disabledAt: null, version: 2 })
      assert.equal(await accounts.replace(next), 'replaced')
      assert.deepEqual(await accounts.findByEmail('ann@example.org'), { ...next, version: 3 })
    },
  ],
  [
    'accounts: replace never creates one',
    async ({ open }) => {
      const { accounts } = await open()
      assert.equal(await accounts.replace(sampleAccount()), 'conflict')
      assert.equal(await accounts.find('u_1'), null)
    },
  ],
  [
    'accounts: replace leaves the email as it is',
    async ({ open }) => {
      const { accounts } = await open()
      await accounts.insert(sampleAccount())
      await accounts.replace(sampleAccount({ email: 'other@example.org' }))
      assert.equal((await accounts.findByEmail('ann@example.org'))?.email, 'ann@example.org')
      assert.equal(await accounts.findByEmail('other@example.org'), null)
    },
  ],
]
