import type { SessionRecord } from '../../core/session.js'
import type { SessionStore, Touch } from '../../core/store.js'
import { sampleEntry } from '../store-contract/sample-log.js'
import { aMomentLater, inSessions, type Saboteur } from './overlaid.js'

/** Writes to what is stored, if anything is, without asking whether it may. */
async function changed(
  sessions: SessionStore,
  touches: readonly Touch[],
  change: (record: SessionRecord, touch: Touch) => Partial<SessionRecord>,
): Promise<void> {
  for (const touch of touches) {
    const { record } = await sessions.find(touch.id)
    if (record === null) continue
    await sessions.remove(record.id)
    await sessions.insert({ ...record, ...change(record, touch) })
  }
}

export const touchSaboteurs: readonly Saboteur[] = [
  inSessions(
    'touches the first of many',
    'touch: moves each of many sessions at once, raises their versions, and leaves all others',
    (sessions) => ({
      touch: (touches, now) => sessions.touch(touches.slice(0, 1), now),
    }),
  ),
  inSessions(
    'writes what was seen last, whatever it is',
    'touch: never moves anything down, and leaves the version of what it leaves unchanged',
    (sessions) => ({
      touch: (touches) =>
        changed(sessions, touches, ({ version }, { seenAt: lastSeenAt, idleExpiresAt }) => ({
          lastSeenAt,
          idleExpiresAt,
          version: version + 1,
        })),
    }),
  ),
  inSessions(
    'raises the version of what it leaves unchanged',
    'touch: never moves anything down, and leaves the version of what it leaves unchanged',
    (sessions) => ({
      async touch(touches, now) {
        const before = await Promise.all(touches.map(({ id }) => sessions.find(id)))
        await sessions.touch(touches, now)
        const versions = new Map(before.map(({ record }) => [record?.id, (record?.version ?? 0) + 1]))
        await changed(sessions, touches, ({ id, version }) => ({ version: versions.get(id) ?? version }))
      },
    }),
  ),
  inSessions(
    'moves the idle end as far as it is asked to',
    'touch: never moves the idle end beyond the absolute one',
    (sessions) => ({
      async touch(touches, now) {
        await sessions.touch(touches, now)
        await changed(sessions, touches, (_, { idleExpiresAt }) => ({ idleExpiresAt }))
      },
    }),
  ),
  inSessions(
    'does not look at the time',
    'touch: passes over sessions that are absent, have ended or expired, and moves the others',
    (sessions) => ({
      touch: (touches) => sessions.touch(touches, 0),
    }),
  ),
  inSessions(
    'takes one that is over for trouble with all',
    'touch: passes over sessions that are absent, have ended or expired, and moves the others',
    (sessions) => ({
      async touch(touches, now) {
        for (const { id } of touches) if ((await sessions.find(id)).record === null) return
        await sessions.touch(touches, now)
      },
    }),
  ),
  inSessions(
    'confirms the generation that it is told',
    'touch: confirms the stored generation and no other',
    (sessions) => ({
      async touch(touches, now) {
        await sessions.touch(touches, now)
        await changed(sessions, touches, ({ confirmedGeneration }, { generation }) => ({
          confirmedGeneration: Math.max(confirmedGeneration, generation ?? 0),
        }))
      },
    }),
  ),
  inSessions(
    'looks for news at the times only',
    'touch: confirms a generation also where nothing else is new',
    (sessions) => ({
      async touch(touches, now) {
        for (const touch of touches) {
          const { record } = await sessions.find(touch.id)
          if (record !== null && touch.seenAt > record.lastSeenAt) await sessions.touch([touch], now)
        }
      },
    }),
  ),
  inSessions(
    'leaves the version of what it touches',
    'touch: a replacement that read before it is a conflict',
    (sessions) => ({
      async touch(touches, now) {
        await sessions.touch(touches, now)
        await changed(sessions, touches, ({ version }) => ({ version: version - 1 }))
      },
    }),
  ),
  inSessions(
    'writes back what it read a moment ago',
    'touch: among replacements and other touches at once, none undoes another',
    (sessions) => ({
      async touch(touches) {
        const read = new Map<string, SessionRecord | null>()
        for (const { id } of touches) read.set(id, (await sessions.find(id)).record)
        await aMomentLater()
        await changed(sessions, touches, ({ id, version }, { seenAt: lastSeenAt, idleExpiresAt }) => ({
          ...read.get(id),
          lastSeenAt,
          idleExpiresAt,
          version: version + 1,
        }))
      },
    }),
  ),
  inSessions('tells every touch', 'touch: is not told in the log', (sessions, { log }) => ({
    async touch(touches, now) {
      await sessions.touch(touches, now)
      for (const { id } of touches) await log.append(sampleEntry({ kind: 'changed', target: id }))
    },
  })),
]
