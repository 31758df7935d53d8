import type { AccountRecord, AccountStore, PageQuery } from '../../core/store.js'
import type { Connection } from './connection.js'
import { beginningOf } from './page.js'
import { script } from './scripts.js'

const insert = script('account-insert')
const replace = script('account-replace')
const byEmail = script('account-by-email')
const search = script('account-search')
const enlist = script('account-enlist')

/** Every account is in one slot: no script could keep an email unique over several. */
export function accountsOn(connection: Connection, slot: string): AccountStore {
  const searchOnce = async (query: PageQuery) => {
    const args = [beginningOf(query), query.prefix, String(query.limit)]
    const [lacking, found] = (await connection.run(search, [slot], args)) as [number, unknown[]]
    return { lacking, found }
  }
  /** Takes every email into the directory: a version before kept none, and may still insert beside this one. */
  const completeDirectory = async (): Promise<void> => {
    let cursor = '0'
    do {
      cursor = (await connection.run(enlist, [slot], [cursor])) as string
    } while (cursor !== '0')
  }
  return {
    async findByEmail(email) {
      return accountIn(await connection.run(byEmail, [slot], [email]))
    },
    async find(id) {
      return accountIn(await connection.command(slot, 'HMGET', `:account:${id}`, 'email', 'version', 'record'))
    },
    async insert(account) {
      const args = [account.id, account.email, String(account.version), JSON.stringify(account)]
      return (await connection.run(insert, [slot], args)) as 'inserted' | 'taken'
    },
    async replace(next) {
      const args = [next.id, String(next.version), JSON.stringify(next)]
      return (await connection.run(replace, [slot], args)) as 'replaced' | 'conflict'
    },
    async search(query) {
      let reply = await searchOnce(query)
      if (reply.lacking > 0) {
        await completeDirectory()
        reply = await searchOnce(query)
      }
      return reply.found.map((stored) => accountIn(stored)!)
    },
  }
}

function accountIn(stored: unknown): AccountRecord | null {
  const [email, version, record] = stored as [string | null, string, string]
  if (email === null) return null
  const account = JSON.parse(record) as Omit<AccountRecord, 'roles'> & Partial<AccountRecord>
  return { ...account, email, roles: account.roles ?? [], version: Number(version) }
}
