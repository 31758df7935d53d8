import { randomUUID } from 'node:crypto'
import type { LogEntry, LogReading, Member, Position } from '../../core/log.js'
import type { LogStore } from '../../core/store.js'
import type { Attempt, Changes } from './changes.js'
import type { Connection } from './connection.js'
import { entryArguments } from './entries.js'
import type { Feed } from './feed.js'
import { append, script } from './scripts.js'
import type { Slots } from './slots.js'

const renew = script('append', 'place', 'log-renew')
const standing = script('place', 'log-standing')
const acknowledge = script('place', 'log-acknowledge')
const retire = script('log-retire')
const truncate = script('place', 'log-truncate')

export function logOn(connection: Connection, slots: Slots, changes: Changes, feed: Feed): LogStore {
  const { log, channel } = slots
  const standingOf = async (entry: string, position: Position | null) => {
    const reply = await connection.run(standing, [log], [entry, ...placed(position)])
    const [stood, held, members] = reply as [string | null, number, string[]]
    return {
      entry: stood === null ? null : (JSON.parse(stood) as LogEntry),
      held: held === 1,
      members: membersIn(members),
    }
  }
  return {
    mayForget: true,
    // On a cluster the entry comes to the log in a later step.
    inOrder: !connection.cluster,
    async renew({ incarnation, mark, renewal, lease, lastKnownGood }, { deployment, protocol, retention }, after) {
      const member = [incarnation, mark, ...[renewal, lease, lastKnownGood].map(String)]
      const terms = [deployment, String(protocol), String(retention)]
      const args = ['', ...entryArguments(undefined, slots), ...member, ...terms, ...placed(after)]
      const reply = (await connection.run(renew, [log], args)) as RenewReply
      // not waited for: what others left must not take time from this instance's lease
      void changes.finish(reply[4])
      return readingIn(reply)
    },
    async append(entry) {
      await connection.run(append, [log], ['', ...entryArguments(entry, slots)])
    },
    standing: standingOf,
    async acknowledge(incarnation, position) {
      const args = [incarnation, ...placed(position), channel]
      return (await connection.run(acknowledge, [log], args)) as 'acknowledged' | 'refused'
    },
    async retire(incarnation, mark) {
      return (await connection.run(retire, [log], [incarnation, mark, channel])) as 'retired' | 'kept'
    },
    async truncate(through) {
      await connection.run(truncate, [log], placed(through))
    },
    async revokesToken(tokenId) {
      return (await connection.command(log, 'HEXISTS', ':tokens', tokenId)) === 1
    },
    async members() {
      const { members } = await standingOf(randomUUID(), null)
      return members
    },
    subscribe: feed.subscribe,
  }
}

type RenewReply = readonly [meta: string[], time: string, held: number, entries: string[], overdue: Attempt[]]

function readingIn([meta, time, held, entries]: RenewReply): LogReading {
  const [identity, deployment, protocol, retention, start, startId] = meta as [
    ...[identity: string, deployment: string, protocol: string, retention: string],
    ...[start: string, startId: string],
  ]
  return {
    identity,
    terms: { deployment, protocol: Number(protocol), retention: Number(retention) },
    time: Number(time),
    start: { sequence: Number(start), id: startId },
    held: held === 1,
    entries: entries.map((entry) => JSON.parse(entry) as LogEntry),
    leaseFor: null,
  }
}

/**
 * The rows, incarnation and row by turns. A row: how far it has acknowledged, its latest renewal, its lease, its last
 * known good, its mark.
 */
function membersIn(rows: readonly string[]): Member[] {
  const members: Member[] = []
  for (let at = 0; at < rows.length; at += 2) {
    const [, acknowledged, renewal, lease, lastKnownGood, mark] = rowForm.exec(rows[at + 1]!)!
    members.push({
      incarnation: rows[at]!,
      mark: mark!,
      renewal: Number(renewal),
      lease: Number(lease),
      lastKnownGood: Number(lastKnownGood),
      acknowledged: Number(acknowledged),
    })
  }
  return members
}

const rowForm = /^(\S+) (\S+) (\S+) (\S+) (.*)$/s

function placed(position: Position | null): string[] {
  return position === null ? ['', ''] : [String(position.sequence), position.id]
}
