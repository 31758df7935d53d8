import type { AccountRecord, AccountStore } from '../../core/store.js'
import type { Connection } from './connection.js'
import { script } from './scripts.js'

const insert = script('account-insert')
const replace = script('account-replace')
const byEmail = script('account-by-email')

/** Every account is in one slot: no script could keep an email unique over several. */
export function accountsOn(connection: Connection, slot: string): AccountStore {
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
  }
}

function accountIn(stored: unknown): AccountRecord | null {
  const [email, version, record] = stored as [string | null, string, string]
  return email === null ? null : { ...(JSON.parse(record) as AccountRecord), email, version: Number(version) }
}
