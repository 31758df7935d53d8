import type { ClientRecord, ClientStore } from '../../core/store.js'
import type { Connection } from './connection.js'

interface ClientRow {
  readonly createdAt: string
  readonly version: string
  readonly record: string
}

export function clientsOn(connection: Connection): ClientStore {
  const read = `
    SELECT created_at::text AS "createdAt", version::text AS version, record FROM ${connection.schema}.clients`
  return {
    async find(id) {
      const [row] = await connection.read<ClientRow>(`${read} WHERE id = $1`, id)
      return row === undefined ? null : clientIn(row)
    },
    async list() {
      return (await connection.read<ClientRow>(`${read} ORDER BY clients.created_at, clients.id`)).map(clientIn)
    },
    async insert(client) {
      return (await connection.step<boolean>('insert_client', rowOf(client))) ? 'inserted' : 'taken'
    },
    async replace(next) {
      return (await connection.step<boolean>('replace_client', rowOf(next))) ? 'replaced' : 'conflict'
    },
    async remove(id) {
      await connection.step<boolean>('remove_client', id)
    },
    async spend(value, until, now) {
      return (await connection.step<boolean>('spend', value, until, now)) ? 'fresh' : 'spent'
    },
  }
}

/** The client by the names of its columns. */
function rowOf(client: ClientRecord): string {
  const { id, createdAt, version } = client
  return JSON.stringify({ id, created_at: createdAt, version, record: JSON.stringify(client) })
}

function clientIn({ createdAt, version, record }: ClientRow): ClientRecord {
  return { ...(JSON.parse(record) as ClientRecord), createdAt: Number(createdAt), version: Number(version) }
}
