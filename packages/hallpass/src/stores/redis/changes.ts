import type { NewEntry } from '../../core/log.js'
import type { Connection } from './connection.js'
import { entryArguments } from './entries.js'
import type { Script } from './scripts.js'
import type { Slots } from './slots.js'

/** A change on a cluster that was announced: its name, the shard of the state, the id of the entry. */
export type Attempt = readonly [attempt: string, shard: string, entry: string]

/** How what a subject's slot holds is read and changed, beside what the log's slot holds. */
export interface Changes {
  /** Runs a script that only reads, and answers the deployment version first. */
  read(
    shard: string,
    script: Script,
    args: readonly string[],
  ): Promise<readonly [deployment: number, ...rest: unknown[]]>
  /** Runs a script that may change something; if it does, `entry` is appended to the log. Answers what it answered. */
  change(shard: string, script: Script, args: readonly string[], entry?: NewEntry): Promise<unknown>
  /** Sees to the attempts that others announced and left. Never rejects. */
  finish(overdue: readonly Attempt[]): Promise<void>
}

/** On a single server one script reaches both slots: the change and its entry happen together or not at all. */
export function inOneStep(connection: Connection, slots: Slots): Changes {
  const run = (shard: string, script: Script, args: readonly string[]): Promise<unknown> =>
    connection.run(script, [slots.of(shard), slots.log], ['', ...args])
  return {
    read: (shard, script, args) => run(shard, script, args) as Promise<readonly [number, ...unknown[]]>,
    async change(shard, script, args, entry) {
      const [answer] = (await run(shard, script, [...entryArguments(entry, slots), ...args])) as [unknown]
      return answer
    },
    finish: async () => {},
  }
}
