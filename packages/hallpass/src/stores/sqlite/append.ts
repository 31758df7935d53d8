import type { LogEntry, NewEntry, Position } from '../../core/log.js'
import type { Connection, Statements } from './connection.js'
import type { Hints } from './hints.js'

/** Appends an entry, where there is one, within the step under way; `counter` in place of the entry's own. */
export type Append = (entry: NewEntry | undefined, counter?: number) => void

/** Changes in one atomic step that may append to the log. Once it is on disk, the listeners hear of it. */
export type AppendingWrite = <Value>(step: (statements: Statements, append: Append) => Value) => Value

const insert = `
  INSERT INTO hallpass_log_entries (sequence, id, previous, kind, target, counter, kept, because)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING`

const head = 'SELECT head_sequence AS sequence, head_id AS id FROM hallpass_log'

export function appendingTo(connection: Connection, hints: Hints): AppendingWrite {
  return (step) => {
    const appended: LogEntry[] = []
    const value = connection.write((statements) =>
      step(statements, (entry, counter) => {
        if (entry !== undefined) appended.push(...appendRow(statements, entry, counter ?? entry.counter))
      }),
    )
    for (const entry of appended) hints.tell({ about: 'entry', entry })
    return value
  }
}

/** The entry as it is in the log now; none where its id was there already. */
function appendRow({ rows, change }: Statements, entry: NewEntry, counter: number | null): LogEntry[] {
  const [last] = rows<Position>(head) as [Position]
  const { id, kind, target, kept, because } = entry
  const sequence = last.sequence + 1
  if (change(insert, sequence, id, last.id, kind, target, counter, kept, because) === 0) return []
  change('UPDATE hallpass_log SET head_sequence = ?, head_id = ?', sequence, id)
  return [{ ...entry, counter, sequence, previous: last.id }]
}
