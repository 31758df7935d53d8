import { randomUUID } from 'node:crypto'
import type { LogEntry, Position } from '../../core/log.js'
import type { LogStore } from '../../core/store.js'
import { positionOf, readLog } from '../store-contract/sample-log.js'
import { aMomentLater, inLog, type Saboteur } from './overlaid.js'

/** The true position at that number, for code that does not look at the id. */
async function positionAt(log: LogStore, sequence: number): Promise<Position | null> {
  const { start, entries } = await readLog({ log })
  return [start, ...entries.map(positionOf)].find((position) => position.sequence === sequence) ?? null
}

export const logSaboteurs: readonly Saboteur[] = [
  inLog(
    'has no column for the session that was kept',
    'append: entries come back deeply equal, numbered from 1 and linked, the first to the identity of the log',
    (log) => ({
      append: (entry) => log.append({ ...entry, kept: null }),
    }),
  ),
  inLog(
    'links the first entry to nothing',
    'append: entries come back deeply equal, numbered from 1 and linked, the first to the identity of the log',
    (log) => ({
      async renew(member, terms, after) {
        const reading = await log.renew(member, terms, after)
        const linked = (entry: LogEntry) => (entry.sequence === 1 ? { ...entry, previous: '' } : entry)
        return { ...reading, entries: reading.entries.map(linked) }
      },
    }),
  ),
  inLog(
    'appends an entry again when it is asked again',
    'append: an id that the log has changes nothing, also where many append it at once',
    (log) => {
      let appended = 0
      return { append: (entry) => log.append({ ...entry, id: `${entry.id}${++appended}` }) }
    },
  ),
  inLog(
    'counts the entries, then appends under the next number if that is free',
    'append: of 50 at once, some of them with a session, each is in the log, without gaps and linked',
    (log) => {
      const count = async (): Promise<number> => (await readLog({ log })).entries.length
      return {
        async append(entry) {
          const before = await count()
          await aMomentLater()
          if ((await count()) === before) await log.append(entry)
        },
      }
    },
  ),
  inLog(
    'draws numbers in one order and commits in another',
    'renew: whoever goes on from where it was, while many append, reads every entry once and in order',
    (log) => {
      const drawn = new Map<string, number>()
      return {
        async append(entry) {
          drawn.set(entry.id, drawn.size + 1)
          if (drawn.size % 2 === 1) await aMomentLater()
          await log.append(entry)
        },
        async renew(member, terms, after) {
          const reading = await log.renew(member, terms, null)
          const numbered = reading.entries
            .map((entry) => ({ ...entry, sequence: drawn.get(entry.id) ?? entry.sequence }))
            .sort((one, other) => one.sequence - other.sequence)
          const linked = numbered.map((entry, index) => ({
            ...entry,
            previous: numbered[index - 1]?.id ?? reading.identity,
          }))
          const entries = linked.filter(({ sequence }) => sequence > (after?.sequence ?? 0))
          return { ...reading, held: after !== null, entries }
        },
      }
    },
  ),
  inLog(
    'answers from the position on instead of after it',
    'renew: answers the entries after a position that is where it was, and only those',
    (log) => ({
      async renew(member, terms, after) {
        const { held } = await log.renew(member, terms, after)
        const reading = await log.renew(member, terms, null)
        const entries = reading.entries.filter(({ sequence }) => !held || sequence >= after!.sequence)
        return { ...reading, held, entries }
      },
    }),
  ),
  inLog(
    'looks for a position by its number only',
    'renew: answers every entry, as not held, to a position that is not where it was',
    (log) => ({
      renew: async (member, terms, after) =>
        log.renew(member, terms, after === null ? null : ((await positionAt(log, after.sequence)) ?? after)),
    }),
  ),
  inLog(
    'has nothing new for a position beyond its head',
    'renew: answers every entry, as not held, to a position that is not where it was',
    (log) => ({
      async renew(member, terms, after) {
        const reading = await log.renew(member, terms, after)
        const head = reading.entries.at(-1)?.sequence ?? reading.start.sequence
        return reading.held || after === null || after.sequence <= head
          ? reading
          : { ...reading, held: true, entries: [] }
      },
    }),
  ),
  inLog(
    'has one identity for every log there is',
    'renew: the log keeps its identity, which no other log has, and tells its time in milliseconds',
    (log) => ({
      renew: async (member, terms, after) => ({
        ...(await log.renew(member, terms, after)),
        identity: 'hallpass-revocation-log',
      }),
    }),
  ),
  inLog(
    'tells its time in seconds',
    'renew: the log keeps its identity, which no other log has, and tells its time in milliseconds',
    (log) => ({
      async renew(member, terms, after) {
        const reading = await log.renew(member, terms, after)
        return { ...reading, time: Math.floor((reading.time ?? Date.now()) / 1000) }
      },
    }),
  ),
  inLog(
    'looks whether there is an identity, then makes one',
    'renew: of many first renewals at once, all read one identity',
    (log) => {
      let known: string | null = null
      return {
        async renew(member, terms, after) {
          const identity = known ?? randomUUID()
          await aMomentLater()
          known ??= identity
          return { ...(await log.renew(member, terms, after)), identity }
        },
      }
    },
  ),
  inLog(
    'erases the whole log to truncate it',
    'truncate: erases up to and with a position that is where it was; the log begins there and goes on',
    (log) => ({
      async truncate() {
        const { entries } = await readLog({ log })
        await log.truncate(positionOf(entries.at(-1)!))
      },
    }),
  ),
  inLog(
    'forgets where a truncated log begins',
    'truncate: erases up to and with a position that is where it was; the log begins there and goes on',
    (log) => ({
      async renew(member, terms, after) {
        const reading = await log.renew(member, terms, after)
        return { ...reading, start: { sequence: 0, id: reading.identity } }
      },
    }),
  ),
  inLog('numbers from the last entry that is left', 'truncate: a log cut to its head goes on from there', (log) => {
    let lost = 0
    return {
      async truncate(through) {
        await log.truncate(through)
        if ((await readLog({ log })).entries.length === 0) lost = through.sequence
      },
      async renew(member, terms, after) {
        const reading = await log.renew(member, terms, after)
        const entries = reading.entries.map((entry) => ({ ...entry, sequence: entry.sequence - lost }))
        return { ...reading, entries }
      },
    }
  }),
  inLog('truncates by the number only', 'truncate: erases nothing where the position is not where it was', (log) => ({
    async truncate({ sequence }) {
      const position = await positionAt(log, sequence)
      if (position !== null) await log.truncate(position)
    },
  })),
  inLog(
    'takes any entry about an id for the revocation of a token',
    'revokesToken: says so of the tokens that the kept part of the log revokes, and of nothing else',
    (log) => ({
      revokesToken: async (tokenId) => (await readLog({ log })).entries.some(({ target }) => target === tokenId),
    }),
  ),
]
