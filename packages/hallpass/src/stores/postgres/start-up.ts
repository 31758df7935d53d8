import { HallpassError, type Mistake } from '../../core/errors.js'
import type { StoreWarning } from '../../core/store.js'
import type { Port } from './port.js'

interface Settings {
  readonly recovery: string
  readonly version: string
  readonly encoding: string
  readonly readonly: string
  readonly isolation: string
  readonly fsync: string
  readonly pages: string
}

const settings = `
  SELECT pg_is_in_recovery()::text                          AS recovery,
         current_setting('server_version_num')              AS version,
         current_setting('server_encoding')                 AS encoding,
         current_setting('default_transaction_read_only')   AS readonly,
         current_setting('default_transaction_isolation')   AS isolation,
         current_setting('fsync')                           AS fsync,
         current_setting('full_page_writes')                AS pages`

/** Refuses a server on which the promises of the store cannot be kept; answers what is worth a warning. */
export async function inspect(port: Port): Promise<readonly StoreWarning[]> {
  const [found] = (await port.query(settings, [])) as Settings[]
  const mistakes = mistakesIn(found!)
  if (mistakes.length > 0) throw new HallpassError('configuration', { mistakes })
  return warningsOf(found!)
}

function mistakesIn({ recovery, version, encoding, readonly, isolation }: Settings): Mistake[] {
  const mistakes: Mistake[] = []
  const add = (problem: string, remedy: string) => mistakes.push({ field: 'store', problem, remedy })
  if (Number(version) < 130_000) add('is a Postgres server older than version 13.', 'Upgrade it.')
  if (recovery === 'true') {
    add(
      'is a replica: it lags behind, so that what has been revoked would be believed.',
      'Connect to the primary (libpq: target_session_attrs=read-write).',
    )
  } else if (readonly === 'on') {
    add('is read-only (default_transaction_read_only is on).', 'Turn it off for the user that Hallpass connects as.')
  }
  // what Postgres calls uncommitted is the same
  if (!/^read (un)?committed$/.test(isolation)) {
    add(
      `has transactions that are "${isolation}" by default: a step that waited for another would not see what that one wrote.`,
      "Set default_transaction_isolation to 'read committed' for the user that Hallpass connects as.",
    )
  }
  if (encoding !== 'UTF8') {
    add(`is encoded in ${encoding}, which cannot hold every text.`, 'Create one with ENCODING UTF8.')
  }
  return mistakes
}

function warningsOf({ fsync, pages }: Settings): StoreWarning[] {
  const warnings: StoreWarning[] = []
  if (fsync !== 'on') {
    warnings.push({
      code: 'fsync-off',
      message: 'fsync is off: a crash of the machine loses acknowledged revocations, or the whole database.',
      remedy: 'Set fsync = on in postgresql.conf.',
    })
  }
  if (pages !== 'on') {
    warnings.push({
      code: 'full-page-writes-off',
      message: 'full_page_writes is off: a crash of the machine can leave torn pages, and the database damaged.',
      remedy: 'Set full_page_writes = on in postgresql.conf, unless the file system never tears a page.',
    })
  }
  return warnings
}
