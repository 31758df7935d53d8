import type { ClientRecord, ClientStore } from '../../core/store.js'
import { copy } from './copy.js'

// No method awaits anything, so each of them is one step.

export function clientsIn(open: () => void): ClientStore {
  const clients = new Map<string, ClientRecord>()
  const spend = spending()
  return {
    async find(id) {
      open()
      return copy(clients.get(id) ?? null)
    },
    async list() {
      open()
      return [...clients.values()].sort((one, other) => one.createdAt - other.createdAt).map(copy)
    },
    async insert(client) {
      open()
      if (clients.has(client.id)) return 'taken'
      clients.set(client.id, copy(client))
      return 'inserted'
    },
    async replace(next) {
      open()
      const stored = clients.get(next.id)
      if (stored === undefined || stored.version !== next.version) return 'conflict'
      clients.set(next.id, copy({ ...next, createdAt: stored.createdAt, version: next.version + 1 }))
      return 'replaced'
    },
    async remove(id) {
      open()
      clients.delete(id)
    },
    async spend(value, until, now) {
      open()
      return spend(value, until, now)
    },
  }
}

function spending(): (value: string, until: number, now: number) => 'fresh' | 'spent' {
  const ends = new Map<string, number>()
  let sweepAt = 1000

  const sweep = (now: number): void => {
    for (const [value, end] of ends) if (end <= now) ends.delete(value)
    // at twice what is left: a sweep then costs each call the same, however much is remembered
    sweepAt = Math.max(1000, 2 * ends.size)
  }

  return (value, until, now) => {
    const end = ends.get(value)
    if (end !== undefined && end > now) return 'spent'
    ends.set(value, until)
    if (ends.size >= sweepAt) sweep(now)
    return 'fresh'
  }
}
