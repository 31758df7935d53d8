import type { KeyRecord, KeyStore } from '../../core/store.js'
import { type Connection, only } from './connection.js'
import type { Appended, Teller } from './log.js'

export function keysOn(connection: Connection, tell: Teller): KeyStore {
  const read = `SELECT version::text AS version, keys FROM ${connection.schema}.key_ring`
  return {
    async read() {
      const ring = only(await connection.read<{ version: string; keys: string }>(read))
      return { version: Number(ring.version), keys: JSON.parse(ring.keys) as KeyRecord[] }
    },
    async replace(version, keys, entry) {
      const values = [version, JSON.stringify(keys), entry === undefined ? null : JSON.stringify(entry)]
      const done = await connection.step<Appended | null>('replace_key_ring', ...values)
      if (done === null) return 'conflict'
      tell(done.appended)
      return 'replaced'
    },
  }
}
