import { accountSaboteurs } from './saboteurs/accounts.js'
import { appendSaboteurs } from './saboteurs/appends.js'
import { auditSaboteurs } from './saboteurs/audit.js'
import { clientSaboteurs } from './saboteurs/clients.js'
import { counterSaboteurs } from './saboteurs/counters.js'
import { countSaboteurs } from './saboteurs/counts.js'
import { hintSaboteurs } from './saboteurs/hints.js'
import { keySaboteurs } from './saboteurs/keys.js'
import { lifeSaboteurs } from './saboteurs/life.js'
import { listSaboteurs } from './saboteurs/lists.js'
import { logSaboteurs } from './saboteurs/log.js'
import { memberSaboteurs } from './saboteurs/members.js'
import type { Saboteur } from './saboteurs/overlaid.js'
import { sessionSaboteurs } from './saboteurs/sessions.js'
import { spendingSaboteurs } from './saboteurs/spending.js'
import { subjectSaboteurs } from './saboteurs/subjects.js'
import { touchSaboteurs } from './saboteurs/touch.js'

export type { Saboteur } from './saboteurs/overlaid.js'

/**
 * Stores that break one promise each, the way real code does. Laid over a store of yours, each must fail the check that
 * it names: a contract that lets one through proves nothing about your store either.
 */
export const saboteurs: readonly Saboteur[] = [
  ...sessionSaboteurs,
  ...counterSaboteurs,
  ...touchSaboteurs,
  ...listSaboteurs,
  ...subjectSaboteurs,
  ...keySaboteurs,
  ...accountSaboteurs,
  ...clientSaboteurs,
  ...spendingSaboteurs,
  ...auditSaboteurs,
  ...countSaboteurs,
  ...appendSaboteurs,
  ...logSaboteurs,
  ...memberSaboteurs,
  ...hintSaboteurs,
  ...lifeSaboteurs,
]
