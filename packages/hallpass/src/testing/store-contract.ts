import { accountPromises } from './store-contract/accounts.js'
import { appendPromises } from './store-contract/appends.js'
import { auditPromises } from './store-contract/audit.js'
import { clientPromises } from './store-contract/clients.js'
import { counterPromises } from './store-contract/counters.js'
import { hintPromises } from './store-contract/hints.js'
import { keyPromises } from './store-contract/keys.js'
import { lifePromises } from './store-contract/life.js'
import { listPromises } from './store-contract/lists.js'
import { logPromises } from './store-contract/log.js'
import { memberPromises } from './store-contract/members.js'
import type { StorePromise } from './store-contract/open-store.js'
import { sessionPromises } from './store-contract/sessions.js'
import { subjectPromises } from './store-contract/subjects.js'
import { touchPromises } from './store-contract/touch.js'

export type { OpenStore, StorePromise } from './store-contract/open-store.js'

/**
 * What every store promises, each with a check that throws (an `AssertionError`) where the promise is broken. Needs no
 * test framework:
 *
 * ```ts
 * for (const [promise, check] of storeContract) test(promise, () => check({ open: async () => myStore() }))
 * ```
 */
export const storeContract: readonly StorePromise[] = [
  ...sessionPromises,
  ...counterPromises,
  ...touchPromises,
  ...listPromises,
  ...subjectPromises,
  ...keyPromises,
  ...accountPromises,
  ...clientPromises,
  ...auditPromises,
  ...appendPromises,
  ...logPromises,
  ...memberPromises,
  ...hintPromises,
  ...lifePromises,
]
