import type { AccountRecord, AccountStore } from '../../core/store.js'
import type { Connection } from './connection.js'

export function accountsOn(connection: Connection): AccountStore {
  const findBy = async (column: 'id' | 'email', value: string): Promise<AccountRecord | null> => {
    const sql = `
      SELECT json_build_object(
        'id', id, 'email', email, 'passwordHash', password_hash, 'createdAt', created_at, 'disabledAt', disabled_at,
        'version', version)::text AS account
      FROM ${connection.schema}.accounts WHERE ${column} = $1`
    const [row] = await connection.read<{ account: string }>(sql, value)
    return row === undefined ? null : (JSON.parse(row.account) as AccountRecord)
  }
  return {
    findByEmail: (email) => findBy('email', email),
    find: (id) => findBy('id', id),
    async insert(account) {
      return (await connection.step<boolean>('insert_account', rowOf(account))) ? 'inserted' : 'taken'
    },
    async replace(next) {
      return (await connection.step<boolean>('replace_account', rowOf(next))) ? 'replaced' : 'conflict'
    },
  }
}

/** The account by the names of its columns. */
function rowOf({ id, email, passwordHash, createdAt, disabledAt, version }: AccountRecord): string {
  return JSON.stringify({
    id,
    email,
    password_hash: passwordHash,
    created_at: createdAt,
    disabled_at: disabledAt,
    version,
  })
}
