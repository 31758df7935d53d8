import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Store } from '#src/core/store.js'
import { memory } from '#src/stores/memory/memory.js'
import { sqlite } from '#src/stores/sqlite/sqlite.js'
import type { OpenStore } from '#src/testing/store-contract.js'
import { postgresEngines } from './postgres-engines.js'
import { redisEngines } from './redis-engines.js'
import { sqliteOfThreeProcesses } from './sqlite-of-processes.js'

/** A folder that is gone after the test. */
export function scratchFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-store-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Every engine, as the contract wants it opened. `change` lays something over each store. */
export const engines: readonly {
  readonly engine: string
  readonly keeps: boolean
  /** Promises that the engine cannot keep, each with the reason. */
  readonly cannot?: Readonly<Record<string, string>>
  readonly stores: (t: TestContext, change?: (store: Store) => Store) => OpenStore
}[] = [
  {
    engine: 'memory',
    keeps: false,
    stores: (_, change = (store) => store) => ({ open: async () => change(memory()) }),
  },
  { engine: 'sqlite', keeps: true, stores: onFiles(sqlite) },
  { engine: 'sqlite-of-three-processes', keeps: true, stores: onFiles(sqliteOfThreeProcesses) },
  ...postgresEngines,
  ...redisEngines,
]

function onFiles(sqliteOn: (file: string) => Store) {
  return (t: TestContext, change: (store: Store) => Store = (store) => store): OpenStore => {
    const folder = scratchFolder(t)
    let files = 0
    const opened = (): Store => {
      const store = sqliteOn(join(folder, `${files}.db`))
      t.after(() => store.close())
      return change(store)
    }
    return {
      async open() {
        files++
        return opened()
      },
      async reopen(store) {
        await store.close()
        return opened()
      },
    }
  }
}
