import type { ClientRecord, ClientStore } from '../../core/store.js'
import type { Connection } from './connection.js'
import { script } from './scripts.js'

const insert = script('client-insert')
const replace = script('client-replace')
const remove = script('client-remove')
const list = script('client-list')
const spend = script('spend')

type StoredClient = [createdAt: string, version: string, record: string]

/** Every client is in one slot, so that one script can list them. */
export function clientsOn(connection: Connection, slot: string): ClientStore {
  return {
    async find(id) {
      const stored = await connection.command(slot, 'HMGET', `:client:${id}`, 'createdAt', 'version', 'record')
      const [createdAt] = stored as (string | null)[]
      return createdAt === null ? null : clientIn(stored as StoredClient)
    },
    async list() {
      return ((await connection.run(list, [slot])) as StoredClient[]).map(clientIn)
    },
    async insert(client) {
      const args = [client.id, String(client.createdAt), String(client.version), JSON.stringify(client)]
      return (await connection.run(insert, [slot], args)) as 'inserted' | 'taken'
    },
    async replace(next) {
      const args = [next.id, String(next.version), JSON.stringify(next)]
      return (await connection.run(replace, [slot], args)) as 'replaced' | 'conflict'
    },
    async remove(id) {
      await connection.run(remove, [slot], [id])
    },
    async spend(value, until, now) {
      return (await connection.run(spend, [slot], [value, String(until), String(now)])) as 'fresh' | 'spent'
    },
  }
}

function clientIn([createdAt, version, record]: StoredClient): ClientRecord {
  return { ...(JSON.parse(record) as ClientRecord), createdAt: Number(createdAt), version: Number(version) }
}
