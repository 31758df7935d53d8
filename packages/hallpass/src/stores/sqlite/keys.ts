import type { KeyRecord, KeyStore } from '../../core/store.js'
import type { Connection } from './connection.js'

export function keysOn(connection: Connection): KeyStore {
  return {
    async read() {
      const [ring] = connection.read(({ rows }) =>
        rows<{ version: number; keys: string }>('SELECT version, keys FROM hallpass_key_ring'),
      )
      return { version: ring!.version, keys: JSON.parse(ring!.keys) as KeyRecord[] }
    },
    async replace(version, keys) {
      const sql = 'UPDATE hallpass_key_ring SET version = version + 1, keys = ? WHERE version = ?'
      const changed = connection.write(({ change }) => change(sql, JSON.stringify(keys), version))
      return changed === 1 ? 'replaced' : 'conflict'
    },
  }
}
