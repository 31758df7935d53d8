import type { AccountRecord } from '../../core/store.js'
import { aMomentLater, inAccounts, type Saboteur } from './overlaid.js'

const roles = 'accounts: roles are kept in the order in which they were given, and replaced as a whole'
const searching =
  'accounts: search finds those whose email begins with the prefix, as they are now, by the bytes of the email'
const pages = 'accounts: search goes on after an email, which need not be that of an account, page by page'

export const accountSaboteurs: readonly Saboteur[] = [
  inAccounts('throws when an account is absent', 'accounts: absence is a value', (accounts) => ({
    async findByEmail(email) {
      const account = await accounts.findByEmail(email)
      if (account === null) throw new Error('no such account')
      return account
    },
  })),
  inAccounts(
    'reads a disabled account as an absent one',
    'accounts: what was inserted is found by id and by email, deeply equal',
    (accounts) => ({
      async find(id) {
        const account = await accounts.find(id)
        return account?.disabledAt === null ? account : null
      },
    }),
  ),
  inAccounts(
    'lets the last to sign up have the account',
    'accounts: an id or email that is taken stays with its account',
    (accounts) => ({
      async insert(account) {
        const stored = await accounts.findByEmail(account.email)
        if (stored === null) return accounts.insert(account)
        await accounts.replace({ ...account, id: stored.id, version: stored.version })
        return 'inserted'
      },
    }),
  ),
  inAccounts(
    'looks whether the email is taken, then inserts',
    'accounts: of 20 with one email inserted at once exactly one is',
    (accounts) => ({
      async insert(account) {
        if ((await accounts.findByEmail(account.email)) !== null) return 'taken'
        await aMomentLater()
        await accounts.insert(account)
        return 'inserted'
      },
    }),
  ),
  inAccounts(
    'compares the version of an account, then stores it',
    'accounts: replace compares the version and raises it by one, and of 20 at once exactly one is stored',
    (accounts) => ({
      async replace(next) {
        if ((await accounts.find(next.id))?.version !== next.version) return 'conflict'
        await aMomentLater()
        const version = (await accounts.find(next.id))?.version ?? 0
        await accounts.replace({ ...next, version })
        return 'replaced'
      },
    }),
  ),
  inAccounts('stores an account that is not there', 'accounts: replace never creates one', (accounts) => ({
    async replace(next) {
      await accounts.insert(next)
      return accounts.replace(next)
    },
  })),
  inAccounts('changes the email in passing', 'accounts: replace leaves the email as it is', (accounts) => {
    const renamed = new Map<string, AccountRecord>()
    return {
      async replace(next) {
        renamed.set(next.email, next)
        return accounts.replace(next)
      },
      findByEmail: async (email) => renamed.get(email) ?? accounts.findByEmail(email),
    }
  }),
  inAccounts('keeps roles as a list with commas', roles, (accounts) => ({
    async find(id) {
      const account = await accounts.find(id)
      return account === null ? null : { ...account, roles: account.roles.join(',').split(',') }
    },
  })),
  inAccounts('adds roles and takes none away', roles, (accounts) => ({
    async replace(next) {
      const had = (await accounts.find(next.id))?.roles ?? []
      return accounts.replace({ ...next, roles: [...new Set([...had, ...next.roles])] })
    },
  })),
  inAccounts('finds the prefix anywhere in the email', searching, (accounts) => ({
    async search({ prefix, limit }) {
      const all = await accounts.search({ prefix: '', after: null, limit: 1000 })
      return all.filter(({ email }) => email.includes(prefix)).slice(0, limit)
    },
  })),
  inAccounts('takes the prefix of an email for a pattern', searching, (accounts) => ({
    search: (query) => accounts.search({ ...query, prefix: query.prefix.replace(/[%_].*/su, '') }),
  })),
  inAccounts('sorts accounts as JavaScript does', searching, (accounts) => ({
    search: async (query) =>
      [...(await accounts.search(query))].sort((one, other) => (one.email < other.email ? -1 : 1)),
  })),
  inAccounts('searches accounts as they were at sign-up', searching, (accounts) => ({
    search: async (query) => (await accounts.search(query)).map((account) => ({ ...account, disabledAt: null })),
  })),
  inAccounts('goes on after an account, and from the start where there is none', pages, (accounts) => ({
    async search(query) {
      const isThere = query.after !== null && (await accounts.findByEmail(query.after)) !== null
      return accounts.search(isThere ? query : { ...query, after: null })
    },
  })),
  inAccounts('repeats the last account of the page before', pages, (accounts) => ({
    async search(query) {
      const last = query.after === null ? null : await accounts.findByEmail(query.after)
      return [...(last === null ? [] : [last]), ...(await accounts.search(query))].slice(0, query.limit)
    },
  })),
]
