import { HallpassError } from '../core/errors.js'
import type { LogFeed } from '../core/store.js'

/** The feed of an instance that takes no leases itself: it has none to hand down, and says so. */
export const noFeed: LogFeed = {
  mayForget: true,
  renew: () => Promise.reject(withoutLease()),
  acknowledge: () => Promise.reject(withoutLease()),
  retire: () => Promise.reject(withoutLease()),
  subscribe: () => () => undefined,
}

function withoutLease(): HallpassError {
  const problem = 'is "off": this instance has no lease to hand down.'
  const remedy = 'Leave it at its default where remote verifiers are to take part.'
  return new HallpassError('configuration', { mistakes: [{ field: 'lease', problem, remedy }] })
}
