import type { Mutant } from './mutant.js'

const file = 'cluster/revoker.js'
const memory = 'stores/memory/log.js'

export const revoking: readonly Mutant[] = [
  {
    ...{ name: 'nobody waited for', file, by: null },
    sentence: 'waits until each has acknowledged, or until … has passed',
    find: 'if (left <= 0)',
    replace: 'if (true)',
  },
  {
    ...{ name: 'silent ones not waited out', file, by: null },
    sentence: 'or until the longest (lease + last-known-good) that a row states has passed',
    find: 'return now !== undefined && now.acknowledged < sequence;',
    replace: 'return false;',
  },
  {
    ...{ name: 'waited from before the append', file, by: 'the append is confirmed late' },
    sentence: 'It notes its own monotonic clock when the append is confirmed',
    find: 'const wait = createWait(parts, position, options',
    replace:
      'const wait = createWait({ ...parts, runtime: { ...runtime, began, monotonic() { const now = this.began ?? runtime.monotonic(); this.began = null; return now }, later: runtime.later.bind(runtime), now: () => runtime.now() } }, position, options',
  },
  {
    ...{ name: 'an entry not read again', file, by: 'forgotten: an entry, by a revoker that waits for it' },
    sentence: 'It re-reads its entry, then returns a receipt',
    find: "throw new HallpassError('unconfirmed', { reason: 'the log has lost the entry' });",
    replace: 'break;',
  },
  {
    ...{ name: 'its own children not waited for', file, by: 'relay: the revoker has children of its own' },
    sentence: 'A relay acknowledges upwards only when those below have (a revoker is its own relay)',
    find: 'return holder.mayBelieveOtherwise(sequence);',
    replace: 'return false;',
  },
  {
    ...{ name: 'its own instance not told', file, by: 'the revoker itself cannot catch up' },
    sentence: 'no instance accepts: the revoker’s own neither (it must know, or stop believing)',
    find: 'holder.surrender();',
    replace: ';',
  },
  {
    ...{ name: 'a mark that is gone', file, by: 'forgotten: a member, and the mark of the revoker' },
    sentence: 'A mismatch means a full wait (its own row, or the mark in it)',
    find: 'return marks.length > 0 && holder.lease !== null && !(own !== undefined && marks.includes(own.mark));',
    replace: 'return false;',
  },
  {
    ...{ name: 'its position not told', file, by: 'forgotten: a member and an entry that the revoker knows' },
    sentence: 'appends name the revoker’s position too; a mismatch means a full wait',
    find: 'if (position !== null && !standing.held)',
    replace: 'if (false)',
  },
  {
    ...{ name: 'no position is good enough', file, by: 'forgotten: a member; the revoker has never read the log' },
    sentence: 'no position yet means a full wait',
    find: 'let forAll = log.mayForget && position === null;',
    replace: 'let forAll = false;',
  },
  {
    ...{
      name: 'a full wait for those who are known',
      file,
      by: 'forgotten: a member; the revoker has never read the log',
    },
    sentence: 'a full wait whatever the acknowledgements say',
    find: '[...(members ?? []), timing]',
    replace: '(members ?? [])',
  },
  {
    ...{
      name: 'complete while last known good lasts',
      file,
      by: 'last known good is waited out, or said to be left out',
    },
    sentence: '`{ until: "leases" }` returns with `complete: false` and until when',
    find: 'const complete = waitedFor().length === 0 || until <= 0;',
    replace: 'const complete = true;',
  },
  {
    ...{ name: 'retired at once', file, by: 'read late: a full window has passed for the entry, not for the mark' },
    sentence: 'a mark that was read a full window earlier, timed from when that read returned',
    find: 'Math.max(0, due)',
    replace: '0',
  },
  {
    ...{ name: 'nobody ever retired', file, by: 'whoever is gone is waited out once, and then retired' },
    sentence: 'Members have no TTL: one is retired',
    find: 'retire(parts, wait);',
    replace: '',
  },
  {
    ...{
      name: 'retired whatever the mark',
      file: memory,
      by: 'the silent one has renewed between being read and being retired',
    },
    sentence: 'retired only by compare-and-delete on a mark',
    find: 'if (members.get(incarnation)?.mark !== mark)',
    replace: 'if (false)',
  },
  {
    ...{ name: 'an old renewal again', file: memory, by: 'an old renewal arrives again before its member is retired' },
    sentence: 'a mark that was read a full window earlier: no mark comes back',
    find: 'if (row !== undefined && row.renewal >= renewal)',
    replace: 'if (false)',
  },
  {
    ...{
      name: 'an acknowledgement that creates a row',
      file: memory,
      by: 'an acknowledgement arrives after its member has left',
    },
    sentence: 'Acknowledgements update rows, never create them',
    find: 'const member = members.get(incarnation);',
    replace:
      "const member = members.get(incarnation) ?? { incarnation, mark: 'ghost', renewal: 0, lease: 2000, lastKnownGood: 0, acknowledged: 0 };",
  },
  {
    ...{
      name: 'an acknowledgement of what is not there',
      file: memory,
      by: 'a member lies: it acknowledges beyond the head',
    },
    sentence: 'one whose (sequence, id) is not in the log is refused',
    find: 'if (member === undefined || !entries.holds(position))',
    replace: 'if (member === undefined)',
  },
  {
    ...{
      name: 'a join that reads before it is a member',
      file: memory,
      by: 'one joins while an entry is appended, and is cut off',
    },
    sentence: 'renewals that create a member are ordered by one row or script',
    find: 'write(members, member);',
    replace:
      'if (this.joined?.has(member.incarnation)) write(members, member); (this.joined ??= new Set()).add(member.incarnation);',
  },
  {
    ...{
      name: 'one acknowledgement for every incarnation',
      file: memory,
      by: 'an acknowledgement of an old incarnation',
    },
    sentence: 'acknowledges (incarnation, sequence, id): an old incarnation’s counts for nobody else',
    find: 'const member = members.get(incarnation);',
    replace:
      'const name = (text) => text.split("-")[0];\n const member = [...members.values()].find((one) => name(one.incarnation) === name(incarnation)); incarnation = member?.incarnation ?? incarnation;',
  },
  {
    ...{
      name: 'the others not told of the loss',
      file: 'sessions/recover.js',
      by: 'forgotten: the others are told by an entry of its own',
    },
    sentence: 'a `forgot` entry',
    find: 'await log.append(entryOf(parts, news.storeForgot()));',
    replace: '',
  },
  {
    ...{
      name: 'sessions kept although nobody remembers',
      file: 'sessions/recover.js',
      by: 'forgotten: more than anybody remembers',
    },
    sentence: 'If the last common entry is older than the view remembers, `everything` is raised',
    find: "if (lost.all || parts.policy.whenTheLogForgets === 'keep-sessions')",
    replace: 'if (true)',
  },
]
