import type { Mutant } from './mutant.js'

const file = 'sessions/session-cache.js'
const everything = 'told of each thing that can end or change'
const relay = 'cluster/relay.js'
const authenticate = 'sessions/authenticate.js'

export const caching: readonly Mutant[] = [
  {
    ...{ name: 'kept across a drop', file, by: 'a read answered after everything was dropped' },
    sentence: 'if neither a drop of caches nor anything about it … came in between (a drop)',
    find: ' || ticket.epoch !== view.epoch',
    replace: '',
  },
  {
    ...{ name: 'kept however late', file, by: 'a read that takes longer than anything is remembered' },
    sentence: 'only within one lease of the start of the read',
    find: 'if (runtime.monotonic() - ticket.startedAt >= lease)',
    replace: 'if (false)',
  },
  {
    ...{ name: 'kept across news', file, by: 'a read answered after the entry was applied' },
    sentence: 'if neither a drop of caches nor anything about it … came in between (its session)',
    find: 'if (view.hasNewsSince(ticket.sequence, record.id, record.subject))',
    replace: 'if (false)',
  },
  {
    ...{ name: 'kept although told', file, by: everything },
    sentence: 'cached copies dropped',
    find: 'parts.view.onApplied((entry) => this.#apply(entry));',
    replace: '',
  },
  {
    ...{ name: 'kept although everything was dropped', file, by: 'truncated while asleep' },
    sentence: 'Instances drop caches and leases (what was read before)',
    find: 'parts.view.onDropped(() => this.#clear());',
    replace: '',
  },
  {
    ...{ name: 'kept although everything was ended', file, by: everything },
    sentence: '`everything` (deployment version)',
    find: 'record.deploymentVersion < this.#parts.view.deploymentVersion ||',
    replace: '',
  },
  {
    ...{ name: 'a token believed whatever the view says', file: authenticate, by: everything },
    sentence: 'every hit still checks expiry, key, lease and the view',
    find: 'return engine.view.judge(claims) === null',
    replace: 'return true',
  },
  {
    ...{ name: 'a check without a lease', file: authenticate, by: 'slow clock after its grant, fast clock revokes' },
    sentence: 'A check without a valid lease asks the store',
    find: 'engine.holder?.holds() === true ? fromMemory',
    replace: '(engine.holder.holds(), true) ? fromMemory',
  },
  {
    ...{
      name: 'a token of before the loss',
      file: 'cluster/view.js',
      by: 'forgotten: what only one knew that is gone, but the state still says',
    },
    sentence: 'accept no access token issued before that moment without asking the store',
    find: 'this.#believesFrom = Math.max(this.#believesFrom, now);',
    replace: '',
  },
  {
    ...{
      name: 'a relay that acknowledges for itself alone',
      file: relay,
      by: 'relay: the one below is cut off, and its parent acknowledges',
    },
    sentence: 'A relay acknowledges upwards only when those below have, or their leases have run out',
    find: 'const { sequence } = this.#least;',
    replace: 'const { sequence } = position;',
  },
  {
    ...{ name: 'a child given up too early', file: relay, by: 'relay: a fast parent, a slow child' },
    sentence: 'or their leases have run out (on their clocks)',
    find: '(leaseFor + lastKnownGood) * (1 + 2 * timing.drift)',
    replace: 'leaseFor * 0.98',
  },
  {
    ...{ name: 'a child waited for for ever', file: relay, by: 'relay: a child that is gone is given up' },
    sentence: 'or their leases have run out',
    find: 'if (until <= now)',
    replace: 'if (false)',
  },
  {
    ...{ name: 'a lease handed down without one', file: relay, by: 'relay: without a lease nothing is handed down' },
    sentence: 'what is left of the instance’s own',
    find: 'if (lease === null || !holds(lease, now.monotonic, now.wall)) {',
    replace: 'if (lease === null) {',
  },
  {
    ...{ name: 'its renewal is its acknowledgement', file: relay, by: 'relay: a renewal is no acknowledgement' },
    sentence: 'its renewal is not its acknowledgement',
    find: 'return this.#read(after, leaseFor);',
    replace:
      'this.#children.get(membership.incarnation).acknowledged = this.#parts.view.position.sequence; this.#least = null; this.#parts.acknowledge(); return this.#read(after, leaseFor);',
  },
  {
    ...{
      name: 'a child that acknowledges something else',
      file: relay,
      by: 'relay: the child acknowledges something else',
    },
    sentence: 'one whose (sequence, id) is not in the log is refused (by a relay)',
    find: 'if (child === undefined || !this.#has(position))',
    replace: 'if (child === undefined)',
  },
  {
    ...{
      name: 'what a child acknowledged of another log',
      file: relay,
      by: 'relay: a child that acknowledged the log that is gone',
    },
    sentence: 'A relay acknowledges upwards only when those below have (this log)',
    find: 'child.acknowledged = 0;',
    replace: ';',
  },
]
