import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { memory } from 'hallpass/memory'
import { sqlite } from 'hallpass/sqlite'
import type { StoreAddress } from './address.js'
import type { Hearing, OpenStore } from './ports.js'
import { openPostgres } from './postgres.js'
import { openRedis } from './redis.js'

/**
 * The store that the configuration names. `name` keeps applications on one Redis or Postgres apart. Folders above a
 * database file are made, for its owner alone.
 */
export function openStore(address: StoreAddress, name: string, hearing: Hearing): OpenStore {
  if (address.engine === 'redis') return openRedis(address, name, hearing)
  if (address.engine === 'postgres') return openPostgres(address, name, hearing)
  if (address.engine === 'memory') return { ...memory(), attempted: Promise.resolve() }
  mkdirSync(dirname(address.path), { recursive: true, mode: 0o700 })
  return { ...sqlite(address.path), attempted: Promise.resolve() }
}
