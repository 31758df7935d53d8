import type { LogEntry, LogReading, Member, Standing } from '../../core/log.js'
import type { LogHint, LogStore } from '../../core/store.js'
import type { Connection } from './connection.js'
import type { Hints } from './hints.js'

/** What steps that append answer: the entry in its place; null where they appended none. */
export interface Appended {
  readonly appended: LogEntry | null
}

/** Tells every instance what was appended, after it was committed. */
export type Teller = (appended: LogEntry | null) => void

export function tellerOf({ tell }: Hints): Teller {
  return (entry) => {
    if (entry !== null) tell({ about: 'entry', entry })
  }
}

export function logOn({ schema, step, read }: Connection, hints: Hints): LogStore {
  const revokesToken = `
    SELECT 1::text FROM ${schema}.log_entries WHERE kind = 'token' AND target = $1 LIMIT 1`
  const tellAppended = tellerOf(hints)
  return {
    mayForget: true,
    // A pool gives each step any of its connections.
    inOrder: false,
    renew({ incarnation, mark, renewal, lease, lastKnownGood }, { deployment, protocol, retention }, after) {
      const member = JSON.stringify({ incarnation, mark, renewal, lease, last_known_good: lastKnownGood })
      const terms = JSON.stringify({ deployment, protocol, retention })
      return step<LogReading>('renew', member, terms, after?.sequence ?? null, after?.id ?? null)
    },
    async append(entry) {
      tellAppended(await step<LogEntry | null>('append_entry', JSON.stringify(entry)))
    },
    standing: (entry, position) => step<Standing>('standing', entry, position?.sequence ?? null, position?.id ?? null),
    async acknowledge(incarnation, { sequence, id }) {
      const hint: LogHint = { about: 'acknowledgement', incarnation, sequence }
      const { channel } = hints
      if (!(await step<boolean>('acknowledge', incarnation, sequence, id, channel, JSON.stringify(hint))))
        return 'refused'
      hints.hear(hint)
      return 'acknowledged'
    },
    async retire(incarnation, mark) {
      if (!(await step<boolean>('retire', incarnation, mark))) return 'kept'
      hints.tell({ about: 'anything' })
      return 'retired'
    },
    async truncate({ sequence, id }) {
      await step('truncate_log', sequence, id)
    },
    async revokesToken(tokenId) {
      return (await read(revokesToken, tokenId)).length > 0
    },
    members: () => step<readonly Member[]>('read_members'),
    subscribe: hints.subscribe,
  }
}
