import type { Mutant } from './mutant.js'

const file = 'core/lease.js'
const drift = 'slow clock after its grant, fast clock revokes'

export const clocks: readonly Mutant[] = [
  {
    ...{ name: 'a grant without margin', file, by: drift },
    sentence: 'holds a lease for L − margin',
    find: 'leaseFor ?? timing.lease) - timing.margin',
    replace: 'leaseFor ?? timing.lease)',
  },
  {
    ...{ name: 'a wait without drift', file, by: drift },
    sentence: '× (1 + 2ρ)',
    find: 'milliseconds * (1 + 2 * drift) + margin',
    replace: 'milliseconds + margin',
  },
  {
    ...{ name: 'a wait without margin', file, by: drift },
    sentence: '+ margin has passed on its own clock',
    find: '(1 + 2 * drift) + margin',
    replace: '(1 + 2 * drift)',
  },
  {
    ...{
      name: 'the wall clock alone',
      file,
      by: 'revoked one millisecond before the lease ends, wall clock forwards, back and forwards',
    },
    sentence: 'The lease is valid only while both the monotonic and the wall clock say so (the monotonic)',
    find: 'monotonic - from.monotonic < ends && wall',
    replace: 'wall',
  },
  {
    ...{ name: 'the monotonic clock alone', file, by: 'suspended right after a grant, the monotonic clock frozen' },
    sentence: 'The lease is valid only while both the monotonic and the wall clock say so (the wall clock)',
    find: ' && wall - from.wall < ends',
    replace: '',
  },
  {
    ...{ name: 'a wall clock that went back', file, by: 'suspended, and the wall clock set back before it began' },
    sentence: 'The lease is valid only while both clocks say so (one that went back does not)',
    find: 'wall >= from.wall && ',
    replace: '',
  },
  {
    ...{
      name: 'a lease for a clock beyond tolerance',
      file,
      by: 'a wall clock a minute behind the store takes no lease',
    },
    sentence: 'A wall clock beyond tolerance from the store’s takes no lease',
    find: 'return time !== null && (',
    replace: 'return false && (',
  },
  {
    ...{ name: 'last known good not waited for', file, by: 'last known good is waited out, or said to be left out' },
    sentence: 'the longest (lease + last-known-good) that a row states',
    find: 'Math.max(longest, lease + lastKnownGood)',
    replace: 'Math.max(longest, lease)',
  },
  {
    ...{ name: 'the revoker’s own lease length', file, by: 'a member states a longer lease than the revoker has' },
    sentence: 'the longest (lease + last-known-good) that a row states, not the revoker’s own',
    find: 'Math.max(longest, lease + lastKnownGood)',
    replace: 'timing.lease + timing.lastKnownGood',
  },
  {
    ...{ name: 'the whole lease handed down', file, by: 'relay: without a lease nothing is handed down' },
    sentence: 'what is handed down is what is left of the instance’s own as it answers',
    find: 'lease.lasts - Math.max(now.monotonic - lease.from.monotonic, now.wall - lease.from.wall)',
    replace: 'lease.lasts',
  },
  {
    ...{ name: 'handed down without drift', file, by: 'relay: both cut off at once, a slow child and a fast revoker' },
    sentence: 'less drift and margin (drift)',
    find: '(left - timing.margin) / (1 + 2 * timing.drift)',
    replace: '(left - timing.margin)',
  },
  {
    ...{ name: 'forgotten too early', file, by: 'a token is remembered for as long as it lives' },
    sentence: 'kept for the longest lifetime it accepts',
    find: 'longestLifetime + 2 * timing.tolerance',
    replace: '2 * timing.tolerance',
  },
]
