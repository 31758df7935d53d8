import type { AccountRecord, AccountStore } from '../../core/store.js'
import type { Connection } from './connection.js'
import { onPage, pageValues } from './page.js'

interface AccountRow {
  readonly id: string
  readonly email: string
  readonly password_hash: string
  readonly created_at: number
  readonly disabled_at: number | null
  readonly roles: string
  readonly version: number
}

const insert = `
  INSERT INTO hallpass_accounts (id, email, password_hash, created_at, disabled_at, roles, version)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`

const replace = `
  UPDATE hallpass_accounts
  SET password_hash = ?, disabled_at = ?, roles = ?, version = version + 1
  WHERE id = ? AND version = ?`

const search = `SELECT * FROM hallpass_accounts WHERE ${onPage('email')} ORDER BY email LIMIT ?`

export function accountsOn(connection: Connection): AccountStore {
  const findBy = (column: 'id' | 'email', value: string): AccountRecord | null => {
    const sql = `SELECT * FROM hallpass_accounts WHERE ${column} = ?`
    const [row] = connection.read(({ rows }) => rows<AccountRow>(sql, value))
    return row === undefined ? null : accountIn(row)
  }
  return {
    async findByEmail(email) {
      return findBy('email', email)
    },
    async find(id) {
      return findBy('id', id)
    },
    async insert({ id, email, passwordHash, createdAt, disabledAt, roles, version }) {
      const values = [id, email, passwordHash, createdAt, disabledAt, JSON.stringify(roles), version]
      return connection.write(({ change }) => change(insert, ...values)) === 1 ? 'inserted' : 'taken'
    },
    async replace({ id, passwordHash, disabledAt, roles, version }) {
      const values = [passwordHash, disabledAt, JSON.stringify(roles), id, version]
      const changed = connection.write(({ change }) => change(replace, ...values))
      return changed === 1 ? 'replaced' : 'conflict'
    },
    async search(query) {
      const values = [...pageValues(query), query.limit]
      return connection.read(({ rows }) => rows<AccountRow>(search, ...values)).map(accountIn)
    },
  }
}

function accountIn(row: AccountRow): AccountRecord {
  return {
    id: row.id,
    email: row.email,
    passwordHash: row.password_hash,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
    roles: JSON.parse(row.roles) as string[],
    version: row.version,
  }
}
