import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Store } from 'hallpass'
import { memory } from 'hallpass/memory'
import { sqlite } from 'hallpass/sqlite'
import type { StoreAddress } from './config.js'

/** The store that the configuration names; folders above a database file are made, for its owner alone. */
export function openStore(address: StoreAddress): Store {
  if (address.engine === 'memory') return memory()
  mkdirSync(dirname(address.path), { recursive: true, mode: 0o700 })
  return sqlite(address.path)
}
