import { randomUUID } from 'node:crypto'
import { HallpassError } from '../../core/errors.js'
import type { NewEntry } from '../../core/log.js'
import type { Attempt, Changes } from './changes.js'
import type { Connection } from './connection.js'
import { entryArguments } from './entries.js'
import { append, script, type Script } from './scripts.js'
import type { Slots } from './slots.js'

const announce = script('outbox-announce')
const take = script('outbox-take')

/**
 * On a cluster the state and the log are in different slots, and no script reaches both. So a change with an entry
 * takes steps, any of which may be the last one that its instance lives to make:
 *
 * 1. the attempt is announced in the log's slot, with the store's time;
 * 2. the state changes, and the entry is left in the outbox beside it, in one script;
 * 3. the entry is appended to the log: from here on the change is told, and the answer goes out;
 * 4. the outbox is cleared, and then the announcement.
 *
 * Whoever renews a lease finds announcements older than a second. Where the outbox holds the entry, steps 3 and 4 are
 * made up for; where it does not, a fence is put up first, so that the attempt cannot come to step 2 any more. Appending
 * twice is appending once.
 */
export function outboxOn(connection: Connection, slots: Slots): Changes {
  const underway = new Set<string>()

  const deploymentVersion = async (): Promise<string> =>
    ((await connection.command(slots.log, 'GET', ':deployment')) as string | null) ?? '0'

  const run = (shard: string, script: Script, args: readonly string[]): Promise<unknown> =>
    connection.run(script, [slots.of(shard)], args)

  const withdraw = (attempt: string): Promise<unknown> => connection.command(slots.log, 'HDEL', ':pending', attempt)

  const carryOver = async (attempt: string, shard: string, left: string): Promise<void> => {
    const entry = JSON.parse(left) as NewEntry
    await connection.run(append, [slots.log], ['', ...entryArguments(entry, slots)])
    void connection
      .command(slots.of(shard), 'HDEL', ':outbox', entry.id)
      .then(() => withdraw(attempt))
      .catch(() => undefined)
  }

  const settle = (attempt: string, shard: string, left: string | null): Promise<unknown> =>
    left === null ? withdraw(attempt) : carryOver(attempt, shard, left)

  const changeWithEntry = async (shard: string, script: Script, args: readonly string[], entry: NewEntry) => {
    const attempt = randomUUID()
    const deployment = (await connection.run(announce, [slots.log], [attempt, shard, entry.id])) as string
    const values = [deployment, ...entryArguments(entry, slots, attempt), ...args]
    const [answer, left] = (await run(shard, script, values)) as [unknown, string | null]
    await settle(attempt, shard, left)
    if (answer !== 'fenced') return answer
    const reason = 'the change came more than a second after it was announced, and had been given up by then'
    throw new HallpassError('store-unavailable', { reason })
  }

  const finishOne = async ([attempt, shard, id]: Attempt): Promise<void> => {
    if (underway.has(attempt)) return
    underway.add(attempt)
    try {
      await settle(attempt, shard, (await run(shard, take, [attempt, id])) as string | null)
    } finally {
      underway.delete(attempt)
    }
  }

  return {
    async read(shard, script, args) {
      const [reply, deployment] = await Promise.all([run(shard, script, ['', ...args]), deploymentVersion()])
      return [Number(deployment), ...(reply as unknown[]).slice(1)]
    },
    async change(shard, script, args, entry) {
      if (entry !== undefined) return await changeWithEntry(shard, script, args, entry)
      const values = [await deploymentVersion(), ...entryArguments(undefined, slots), ...args]
      const [answer] = (await run(shard, script, values)) as [unknown]
      return answer
    },
    async finish(overdue) {
      // whatever could not be finished is still announced, and is tried again at the next renewal
      await Promise.allSettled(overdue.map(finishOne))
    },
  }
}
