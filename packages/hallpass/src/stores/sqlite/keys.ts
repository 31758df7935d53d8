import type { KeyRecord, KeyStore } from '../../core/store.js'
import type { AppendingWrite } from './append.js'
import type { Connection } from './connection.js'

export function keysOn(connection: Connection, write: AppendingWrite): KeyStore {
  return {
    async read() {
      const [ring] = connection.read(({ rows }) =>
        rows<{ version: number; keys: string }>('SELECT version, keys FROM hallpass_key_ring'),
      )
      return { version: ring!.version, keys: JSON.parse(ring!.keys) as KeyRecord[] }
    },
    async replace(version, keys, entry) {
      const sql = 'UPDATE hallpass_key_ring SET version = version + 1, keys = ? WHERE version = ?'
      return write(({ change }, append) => {
        if (change(sql, JSON.stringify(keys), version) === 0) return 'conflict'
        append(entry)
        return 'replaced'
      })
    },
  }
}
