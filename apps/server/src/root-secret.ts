import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Mistake } from 'hallpass'

export type RootSecret =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly mistake: Mistake }

/**
 * The root secret for development: read, or drawn and created for its owner alone. Never drawn beside a database file
 * (null where the data is elsewhere) that exists, because what is in it is sealed under another one.
 */
export function rootSecretBeside(database: string | null, file: string): RootSecret {
  if (!existsSync(file)) {
    if (database !== null && existsSync(database))
      return refused(
        file,
        `does not exist, but ${database} does and is sealed under it.`,
        `Put it back, or set HALLPASS_SECRET to what was used before.`,
      )
    create(file)
  }
  const mode = statSync(file).mode & 0o777
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    return refused(file, `can be read or written by others (mode ${mode.toString(8)}).`, `Run: chmod 600 ${file}`)
  }
  return { ok: true, text: readFileSync(file, 'utf8') }
}

/** Appears whole or not at all, and only once: of two starts at the same time, both go on with the first one's. */
function create(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(8).toString('hex')}`
  writeFileSync(draft, `${randomBytes(48).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
}

function refused(field: string, problem: string, remedy: string): RootSecret {
  return { ok: false, mistake: { field, problem, remedy } }
}
