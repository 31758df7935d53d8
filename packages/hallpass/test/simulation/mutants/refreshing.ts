import type { Mutant } from './mutant.js'

const file = 'core/refresh.js'

export const refreshing: readonly Mutant[] = [
  {
    ...{ name: 'an earlier token is always theft', file, by: 'refresh' },
    sentence: 'generation = current − 1, within the overlap: `repeated`',
    find: 'if (ahead === -1 && (withinOverlap || !successorSeen))',
    replace: 'if (false)',
  },
  {
    ...{ name: 'an earlier token is never theft', file, by: 'refresh' },
    sentence: 'any other older generation: `reused`: the session ends through the log',
    find: 'if (ahead === -1 && (withinOverlap || !successorSeen))',
    replace: 'if (true)',
  },
  {
    ...{ name: 'a lost answer is theft', file, by: 'refresh' },
    sentence: 'or the successor not yet seen in use: `repeated`',
    find: '(withinOverlap || !successorSeen)',
    replace: 'withinOverlap',
  },
  {
    ...{ name: 'theft without an end', file, by: 'refresh' },
    sentence: '`reused`: the session ends',
    find: "return { verdict: { outcome: 'reused' }, next, events: [theft, ...events] };",
    replace: "return { verdict: { outcome: 'reused' }, events: [theft, ...events] };",
  },
  {
    ...{ name: 'two successors', file: 'stores/memory/sessions.js', by: 'refresh' },
    sentence: 'One compare-and-set on one row per rotation',
    find: 'stored.version !== next.version ||',
    replace: '',
  },
]
