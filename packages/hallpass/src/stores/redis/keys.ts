import type { KeyRecord, KeyStore } from '../../core/store.js'
import type { Connection } from './connection.js'
import { entryArguments } from './entries.js'
import { script } from './scripts.js'
import type { Slots } from './slots.js'

const replace = script('append', 'keys-replace')

export function keysOn(connection: Connection, slots: Slots): KeyStore {
  return {
    async read() {
      const reply = await connection.command(slots.log, 'HMGET', ':keys', 'version', 'keys')
      const [version, keys] = reply as [string | null, string | null]
      return { version: Number(version ?? 0), keys: JSON.parse(keys ?? '[]') as KeyRecord[] }
    },
    async replace(version, keys, entry) {
      const args = ['', ...entryArguments(entry, slots), String(version), JSON.stringify(keys)]
      return (await connection.run(replace, [slots.log], args)) as 'replaced' | 'conflict'
    },
  }
}
