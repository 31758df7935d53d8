import type { PageQuery, SessionStore } from '../../core/store.js'
import { shardOf } from '../../core/token.js'
import type { Changes } from './changes.js'
import type { Connection } from './connection.js'
import { beginningOf, sortedByBytes } from './page.js'
import { script } from './scripts.js'
import { byShard, type Slots, spelt } from './slots.js'

const page = script('subjects', 'subjects-page')
const live = script('counters', 'append', 'tell', 'subjects', 'record', 'live', 'subjects-live')

/** So that one call does not keep other commands waiting for long. */
const mostAtOnce = 10_000

/**
 * Every shard lists its subjects in order: a few of each, merged, are the next ones of all. Those without a live session
 * are found out then, and leave the list of their shard.
 */
export function subjectsOn(connection: Connection, slots: Slots, changes: Changes): SessionStore['subjects'] {
  const all = slots.shards.map(slots.of)

  /** The next ones that are listed, at least one: none at the end. */
  const listed = async (query: PageQuery, deployment: string): Promise<string[]> => {
    const each = 4 + Math.ceil(query.limit / 64)
    const args = [deployment, beginningOf(query), query.prefix, String(each)]
    const groups = connection.cluster ? all.map((slot) => [slot]) : [all]
    const pages = (await Promise.all(groups.map((keys) => connection.run(page, keys, args)))) as string[][][]
    return merged(pages.flat(), each).slice(0, query.limit)
  }
  const withLiveSession = async (subjects: readonly string[]): Promise<string[]> => {
    const answers = await Promise.all(
      [...byShard(subjects, shardOf)].map(([shard, some]) => changes.change(shard, live, some.map(spelt))),
    )
    const alive = new Set((answers as string[][]).flat())
    return subjects.filter((subject) => alive.has(spelt(subject)))
  }

  return async ({ prefix, after, limit }) => {
    const deployment = ((await connection.command(slots.log, 'GET', ':deployment')) as string | null) ?? '0'
    const found: string[] = []
    let from = after
    // where many are gone, more and more are looked at
    for (let wanted = limit; found.length < limit; wanted = Math.min(2 * wanted, mostAtOnce)) {
      const next = await listed({ prefix, after: from, limit: wanted }, deployment)
      if (next.length === 0) break
      found.push(...(await withLiveSession(next)))
      from = next.at(-1)!
    }
    return found.slice(0, limit)
  }
}

/** Pages in one order, as far as it is known: up to the first end of a page that has a next one. */
function merged(pages: readonly (readonly string[])[], each: number): string[] {
  const texts = sortedByBytes(pages.flat())
  const ends = new Set(pages.filter((page) => page.length === each).map((page) => page.at(-1)!))
  const end = texts.findIndex((text) => ends.has(text))
  return end === -1 ? texts : texts.slice(0, end + 1)
}
