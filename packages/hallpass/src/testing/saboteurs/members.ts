import type { Membership } from '../../core/log.js'
import type { LogStore } from '../../core/store.js'
import { positionOf, readLog, sampleMember, terms as ofTheContract } from '../store-contract/sample-log.js'
import { aMomentLater, inLog, type Saboteur } from './overlaid.js'

/** A table of acknowledgements beside the true one, for code that keeps it badly. */
export function noting(log: LogStore, noted: Map<string, number>): Pick<LogStore, 'members'> {
  return {
    async members() {
      const members = await log.members()
      return members.map((member) => ({ ...member, acknowledged: noted.get(member.incarnation) ?? 0 }))
    },
  }
}

/** What members said of themselves, beside the true rows. */
function stating(log: LogStore, stated: Map<string, Membership>): Pick<LogStore, 'members'> {
  return {
    async members() {
      const members = await log.members()
      return members.map((member) => ({ ...member, ...stated.get(member.incarnation) }))
    },
  }
}

async function markOf(log: LogStore, incarnation: string): Promise<string | undefined> {
  return (await log.members()).find((member) => member.incarnation === incarnation)?.mark
}

export const memberSaboteurs: readonly Saboteur[] = [
  inLog(
    'keeps the first mark of a member',
    'renew: creates the row with nothing acknowledged, and each renewal writes mark, lease and last-known-good time',
    (log) => ({
      renew: async (member, terms, after) =>
        log.renew({ ...member, mark: (await markOf(log, member.incarnation)) ?? member.mark }, terms, after),
    }),
  ),
  inLog(
    'has no column for the last-known-good time',
    'renew: creates the row with nothing acknowledged, and each renewal writes mark, lease and last-known-good time',
    (log) => ({
      renew: (member, terms, after) => log.renew({ ...member, lastKnownGood: 0 }, terms, after),
    }),
  ),
  inLog('writes the row anew with each renewal', 'renew: a row keeps what it has acknowledged', (log) => ({
    async renew(member, terms, after) {
      await log.retire(member.incarnation, (await markOf(log, member.incarnation)) ?? '')
      return log.renew(member, terms, after)
    },
  })),
  inLog('writes what is said last', 'renew: one that comes late brings no earlier mark back', (log) => {
    const stated = new Map<string, Membership>()
    return {
      ...stating(log, stated),
      async renew(member, terms, after) {
        stated.set(member.incarnation, member)
        return log.renew(member, terms, after)
      },
    }
  }),
  inLog('compares the renewal, then writes the row', 'renew: of many at once the latest stays', (log) => {
    const stated = new Map<string, Membership>()
    return {
      ...stating(log, stated),
      async renew(member, terms, after) {
        const latest = stated.get(member.incarnation)?.renewal ?? 0
        await aMomentLater()
        if (member.renewal > latest) stated.set(member.incarnation, member)
        return log.renew(member, terms, after)
      },
    }
  }),
  inLog(
    'takes on the terms of whoever renewed last',
    'renew: the first one fixes deployment and protocol; retention is only ever raised',
    (log) => ({
      renew: async (member, terms, after) => ({ ...(await log.renew(member, terms, after)), terms }),
    }),
  ),
  inLog(
    'lets members of any deployment in',
    'renew: with terms of another deployment or protocol writes nothing, and reads those of the log',
    (log) => ({
      renew: (member, _, after) => log.renew(member, ofTheContract, after),
    }),
  ),
  inLog(
    'reads the log, then writes the row',
    'renew: of a join and an append at once, the one reads the entry or the other finds the row',
    (log) => ({
      async renew(member, terms, after) {
        const reading = await readLog({ log }, after)
        await aMomentLater()
        await log.renew(member, terms, after)
        return reading
      },
    }),
  ),
  inLog(
    'takes every position for held',
    'standing: the entry as it stands, whether the position is where it was, and every member with its mark',
    (log) => ({
      standing: async (entry, position) => ({ ...(await log.standing(entry, position)), held: true }),
    }),
  ),
  inLog(
    'tells no marks',
    'standing: the entry as it stands, whether the position is where it was, and every member with its mark',
    (log) => ({
      async standing(entry, position) {
        const standing = await log.standing(entry, position)
        return { ...standing, members: standing.members.map((member) => ({ ...member, mark: '' })) }
      },
    }),
  ),
  inLog('reads the members, then the entry', 'standing: entry and members are of one moment', (log) => ({
    async standing(entry, position) {
      const { members } = await log.standing(entry, position)
      await aMomentLater()
      return { ...(await log.standing(entry, position)), members }
    },
  })),
  inLog('notes what is acknowledged last', 'acknowledge: only ever moves a row upwards', (log) => {
    const noted = new Map<string, number>()
    return {
      ...noting(log, noted),
      async acknowledge(incarnation, position) {
        const answer = await log.acknowledge(incarnation, position)
        if (answer === 'acknowledged') noted.set(incarnation, position.sequence)
        return answer
      },
    }
  }),
  inLog('compares what is acknowledged, then notes it', 'acknowledge: of many at once the highest stays', (log) => {
    const noted = new Map<string, number>()
    return {
      ...noting(log, noted),
      async acknowledge(incarnation, { sequence }) {
        const before = noted.get(incarnation) ?? 0
        await aMomentLater()
        if (sequence > before) noted.set(incarnation, sequence)
        return 'acknowledged'
      },
    }
  }),
  inLog(
    'makes a row for whoever acknowledges',
    'acknowledge: refused to an incarnation without a row, and makes none',
    (log) => ({
      async acknowledge(incarnation, position) {
        if ((await markOf(log, incarnation)) === undefined) {
          await log.renew(sampleMember({ incarnation }), ofTheContract, null)
        }
        return log.acknowledge(incarnation, position)
      },
    }),
  ),
  inLog(
    'notes whatever number it is told',
    'acknowledge: refused where the log does not have that id at that sequence, and notes nothing',
    (log) => {
      const noted = new Map<string, number>()
      return {
        ...noting(log, noted),
        async acknowledge(incarnation, { sequence }) {
          noted.set(incarnation, sequence)
          return 'acknowledged'
        },
      }
    },
  ),
  inLog(
    'compares the number and not the id',
    'acknowledge: refused where the log does not have that id at that sequence, and notes nothing',
    (log) => ({
      async acknowledge(incarnation, position) {
        const { entries } = await readLog({ log })
        const there = entries.find(({ sequence }) => sequence === position.sequence)
        return log.acknowledge(incarnation, there === undefined ? position : positionOf(there))
      },
    }),
  ),
  inLog(
    'looks for what is acknowledged among the entries kept',
    'acknowledge: the position where a truncated log begins is one',
    (log) => ({
      async acknowledge(incarnation, position) {
        const { entries } = await readLog({ log })
        return entries.some(({ id }) => id === position.id) ? log.acknowledge(incarnation, position) : 'refused'
      },
    }),
  ),
  inLog('erases a row whatever its mark', 'retire: erases the row only while its mark is the one named', (log) => ({
    retire: async (incarnation, mark) => log.retire(incarnation, (await markOf(log, incarnation)) ?? mark),
  })),
  inLog(
    'compares the mark, then erases the row',
    'retire: of a retirement and a renewal at once, the renewed row stays, or was made anew',
    (log) => ({
      async retire(incarnation, mark) {
        if ((await markOf(log, incarnation)) !== mark) return 'kept'
        await aMomentLater()
        return log.retire(incarnation, (await markOf(log, incarnation)) ?? mark)
      },
    }),
  ),
]
