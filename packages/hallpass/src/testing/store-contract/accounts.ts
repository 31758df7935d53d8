import assert from 'node:assert/strict'
import type { AccountRecord } from '../../core/store.js'
import { allPages, shuffled, textsByBytes } from './awkward.js'
import { atOnce, type StorePromise } from './open-store.js'

function sampleAccount(differences: Partial<AccountRecord> = {}): AccountRecord {
  const email = 'ann@example.org'
  const roles = ['operator']
  const account = { id: 'u_1', email, passwordHash: '$argon2id$', createdAt: 1, disabledAt: null, roles, version: 1 }
  return { ...account, ...differences }
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
  [
    'accounts: roles are kept in the order in which they were given, and replaced as a whole',
    async ({ open }) => {
      const { accounts } = await open()
      const given = [[], ['operator', 'auditor', 'Zoë’s', 'a,b', '', '{}', '"'], ['auditor']]
      await accounts.insert(sampleAccount({ roles: given.at(-1)! }))
      for (const [place, roles] of given.entries()) {
        const next = sampleAccount({ roles, version: place + 1 })
        assert.equal(await accounts.replace(next), 'replaced')
        assert.deepEqual(await accounts.find('u_1'), { ...next, version: place + 2 })
        assert.deepEqual(await accounts.findByEmail('ann@example.org'), { ...next, version: place + 2 })
      }
    },
  ],
  [
    'accounts: search finds those whose email begins with the prefix, as they are now, by the bytes of the email',
    async ({ open }) => {
      const { accounts } = await open()
      const stored = textsByBytes.map((email, place) => sampleAccount({ id: `u_${99 - place}`, email, roles: [email] }))
      await Promise.all(shuffled(stored).map((account) => accounts.insert(account)))
      const changed = { ...stored[3]!, disabledAt: 7, roles: [] }
      await accounts.replace(changed)
      const now = stored.map((account, place) => (place === 3 ? { ...changed, version: 2 } : account))
      for (const prefix of ['', ...textsByBytes, 'nobody', 'U', 'u']) {
        const expected = now.filter(({ email }) => email.startsWith(prefix))
        assert.deepEqual(await accounts.search({ prefix, after: null, limit: 1000 }), expected, prefix)
      }
    },
  ],
  [
    'accounts: search goes on after an email, which need not be that of an account, page by page',
    async ({ open }) => {
      const { accounts } = await open()
      assert.deepEqual(await accounts.search({ prefix: '', after: null, limit: 10 }), [])
      const emails = [...textsByBytes, ...Array.from({ length: 200 }, (_, place) => `user ${1000 + place}`)]
      await Promise.all(emails.map((email, place) => accounts.insert(sampleAccount({ id: `u_${place}`, email }))))
      const search = async (prefix: string, after: string | null, limit: number) =>
        (await accounts.search({ prefix, after, limit })).map(({ email }) => email)
      for (const [prefix, limit] of [
        ['', 7],
        ['u', 50],
        ['user 1', 199],
        ['🦉', 1],
      ] as const) {
        const all = await search(prefix, null, 1000)
        assert.deepEqual(await allPages(limit, (after: string | null) => search(prefix, after, limit)), all)
      }
      assert.deepEqual(await search('user', 'user 1197x', 1000), ['user 1198', 'user 1199'])
      assert.deepEqual(await search('user 11', 'a', 1), ['user 1100'])
      assert.deepEqual(await search('a', 'user', 1000), [])
    },
  ],
]
