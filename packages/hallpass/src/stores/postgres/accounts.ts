import type { AccountRecord, AccountStore } from '../../core/store.js'
import type { Connection } from './connection.js'
import { begins, pageValues } from './page.js'

const columns = `
  json_build_object(
    'id', id, 'email', email, 'passwordHash', password_hash, 'createdAt', created_at, 'disabledAt', disabled_at,
    'roles', roles, 'version', version)::text AS account`

interface AccountRow {
  readonly account: string
}

export function accountsOn(connection: Connection): AccountStore {
  const { schema } = connection
  const findBy = async (column: 'id' | 'email', value: string): Promise<AccountRecord | null> => {
    const sql = `SELECT ${columns} FROM ${schema}.accounts WHERE ${column} = $1`
    const [row] = await connection.read<AccountRow>(sql, value)
    return row === undefined ? null : accountIn(row)
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
    async search(query) {
      const sql = `
        SELECT ${columns}
        FROM (SELECT * FROM ${schema}.accounts WHERE ${begins('email', query)} ORDER BY email LIMIT $2) page
        WHERE starts_with(email, $1) ORDER BY email`
      return (await connection.read<AccountRow>(sql, ...pageValues(query))).map(accountIn)
    },
  }
}

function accountIn({ account }: AccountRow): AccountRecord {
  return JSON.parse(account) as AccountRecord
}

/** The account by the names of its columns. */
function rowOf({ id, email, passwordHash, createdAt, disabledAt, roles, version }: AccountRecord): string {
  return JSON.stringify({
    id,
    email,
    password_hash: passwordHash,
    created_at: createdAt,
    disabled_at: disabledAt,
    roles,
    version,
  })
}
