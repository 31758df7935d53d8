import { aMomentLater, inClients, type Saboteur } from './overlaid.js'

const remembered = 'clients: a value that was spent is remembered until its end, by the clocks of those who ask'
const undisturbed =
  'clients: values that were spent do not disturb each other, and the end of some is not that of the others'

export const spendingSaboteurs: readonly Saboteur[] = [
  inClients(
    'looks whether a value was spent, then notes it',
    'clients: of 20 that spend one value at once exactly one hears that it is fresh',
    (clients) => {
      const spent = new Set<string>()
      return {
        async spend(value, until, now) {
          if (spent.has(value)) return 'spent'
          await aMomentLater()
          spent.add(value)
          await clients.spend(value, until, now)
          return 'fresh'
        },
      }
    },
  ),
  inClients("forgets what was spent by the server's clock", remembered, (clients) => ({
    spend: async (value, until, now) => (until <= Date.now() ? 'fresh' : clients.spend(value, until, now)),
  })),
  inClients('forgets what was spent after a minute', remembered, (clients) => ({
    spend: (value, until, now) => clients.spend(value, Math.min(until, now + 60_000), now),
  })),
  inClients(
    'takes the end that was named last',
    'clients: a value that is spent again is not forgotten the sooner',
    (clients) => {
      const ends = new Map<string, number>()
      return {
        async spend(value, until, now) {
          const answer = (ends.get(value) ?? -Infinity) > now ? 'spent' : 'fresh'
          ends.set(value, until)
          await clients.spend(value, until, now)
          return answer
        },
      }
    },
  ),
  inClients('compares values without case', undisturbed, (clients) => ({
    spend: (value, until, now) => clients.spend(value.toLowerCase(), until, now),
  })),
  inClients('forgets all that was spent when some of it has ended', undisturbed, (clients) => {
    const generation = { number: 0, firstEnd: Infinity }
    return {
      spend(value, until, now) {
        if (generation.firstEnd <= now) Object.assign(generation, { number: generation.number + 1, firstEnd: Infinity })
        generation.firstEnd = Math.min(generation.firstEnd, until)
        return clients.spend(`${generation.number} ${value}`, until, now)
      },
    }
  }),
  inClients('keeps what was spent in memory only', 'reopened, the store remembers the values that were spent', () => {
    const ends = new Map<string, number>()
    return {
      async spend(value, until, now) {
        if ((ends.get(value) ?? -Infinity) > now) return 'spent'
        ends.set(value, until)
        return 'fresh'
      },
    }
  }),
]
