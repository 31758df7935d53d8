import type { ClientRecord, ClientStore } from '../../core/store.js'
import type { Connection } from './connection.js'

interface ClientRow {
  readonly created_at: number
  readonly version: number
  readonly record: string
}

const insert = `
  INSERT INTO hallpass_clients (id, created_at, version, record)
  VALUES (?, ?, ?, ?)
  ON CONFLICT DO NOTHING`

const replace = `
  UPDATE hallpass_clients
  SET version = version + 1, record = ?
  WHERE id = ? AND version = ?`

const spend = `
  INSERT INTO hallpass_spent (value, until)
  VALUES (?, ?)
  ON CONFLICT (value) DO UPDATE SET until = excluded.until WHERE hallpass_spent.until <= ?`

/** A few at a time, so that no step takes long. */
const forgetEnded = `
  DELETE FROM hallpass_spent
  WHERE value IN (SELECT value FROM hallpass_spent WHERE until <= ? LIMIT 100)`

export function clientsOn(connection: Connection): ClientStore {
  return {
    async find(id) {
      const sql = 'SELECT created_at, version, record FROM hallpass_clients WHERE id = ?'
      const [row] = connection.read(({ rows }) => rows<ClientRow>(sql, id))
      return row === undefined ? null : clientIn(row)
    },
    async list() {
      const sql = 'SELECT created_at, version, record FROM hallpass_clients ORDER BY created_at, id'
      return connection.read(({ rows }) => rows<ClientRow>(sql)).map(clientIn)
    },
    async insert(client) {
      const values = [client.id, client.createdAt, client.version, JSON.stringify(client)]
      return connection.write(({ change }) => change(insert, ...values)) === 1 ? 'inserted' : 'taken'
    },
    async replace(next) {
      const changed = connection.write(({ change }) => change(replace, JSON.stringify(next), next.id, next.version))
      return changed === 1 ? 'replaced' : 'conflict'
    },
    async remove(id) {
      connection.write(({ change }) => change('DELETE FROM hallpass_clients WHERE id = ?', id))
    },
    async spend(value, until, now) {
      return connection.write(({ change }) => {
        const isFresh = change(spend, value, until, now) === 1
        change(forgetEnded, now)
        return isFresh ? 'fresh' : 'spent'
      })
    },
  }
}

function clientIn({ created_at: createdAt, version, record }: ClientRow): ClientRecord {
  return { ...(JSON.parse(record) as ClientRecord), createdAt, version }
}
