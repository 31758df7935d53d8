import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Store } from '#src/core/store.js'
import { memory } from '#src/stores/memory/memory.js'
import { sqlite } from '#src/stores/sqlite/sqlite.js'
import type { OpenStore } from '#src/testing/store-contract.js'

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
  readonly stores: (t: TestContext, change?: (store: Store) => Store) => OpenStore
}[] = [
  {
    engine: 'memory',
    keeps: false,
    stores: (_, change = (store) => store) => ({ open: async () => change(memory()) }),
  },
  {
    engine: 'sqlite',
    keeps: true,
    stores(t, change = (store) => store) {
      const folder = scratchFolder(t)
      let files = 0
      const opened = (): Store => {
        const store = sqlite(join(folder, `${files}.db`))
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
    },
  },
]
