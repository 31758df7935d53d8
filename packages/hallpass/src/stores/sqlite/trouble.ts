import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { HallpassError } from '../../core/errors.js'

/** SQLite's primary result codes (sqlite.org/rescode.html) that an operator can do something about. */
const reasons: readonly (readonly [number: number, name: string, reason: string])[] = [
  [5, 'SQLITE_BUSY', 'is locked by another process'],
  [6, 'SQLITE_LOCKED', 'is locked by another statement'],
  [8, 'SQLITE_READONLY', 'is read-only'],
  [10, 'SQLITE_IOERR', 'cannot be read or written: the disk reports an error'],
  [11, 'SQLITE_CORRUPT', 'is damaged: restore it from a backup'],
  [13, 'SQLITE_FULL', 'cannot grow: the disk or the database is full'],
  [14, 'SQLITE_CANTOPEN', 'cannot be opened'],
  [26, 'SQLITE_NOTADB', 'is not a SQLite database'],
]

/** node:sqlite gives the extended number in `errcode`; libsql, better-sqlite3 and bun:sqlite the name in `code`. */
function reasonOf(error: unknown): string | undefined {
  const { errcode, code } = error as { errcode?: unknown; code?: unknown }
  const row = reasons.find(
    ([number, name]) =>
      (typeof errcode === 'number' && (errcode & 0xff) === number) ||
      (typeof code === 'string' && `${code}_`.startsWith(`${name}_`)),
  )
  return row?.[2]
}

/** Whether somebody else merely was faster: the connection itself is in order. */
export function isBusy(error: unknown): boolean {
  return reasonOf(error) === reasons[0]![2]
}

/** What the driver threw, as trouble with a reason for the operator. The reason names the file and nothing stored. */
export function trouble(error: unknown, file: string | null): HallpassError {
  if (error instanceof HallpassError) return error
  const subject = file === null ? 'the database' : `the database ${file}`
  const reason = (file === null ? undefined : whyNotThere(file)) ?? reasonOf(error) ?? 'failed: see the cause'
  return new HallpassError('store-unavailable', { reason: `${subject} ${reason}`, cause: error })
}

/** Drivers only say "unable to open"; the file system knows more. */
function whyNotThere(file: string): string | undefined {
  if (kindOf(dirname(file)) === 'nothing') return `cannot be opened: there is no folder ${dirname(file)}`
  return kindOf(file) === 'folder' ? 'is a folder' : undefined
}

function kindOf(path: string): 'folder' | 'nothing' | 'other' {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats === undefined ? 'nothing' : stats.isDirectory() ? 'folder' : 'other'
  } catch {
    return 'other'
  }
}
