import type { Mutant } from './mutant.js'

const file = 'cluster/lease-holder.js'
const everything = 'told of each thing that can end or change'

export const holding: readonly Mutant[] = [
  {
    ...{ name: 'counted from the answer', file, by: 'a renewal whose answer takes longer than the lease' },
    sentence: 'notes both clocks before sending; holds a lease from the noted time',
    find: 'grant(asked, timing',
    replace: 'grant(answered, timing',
  },
  {
    ...{ name: 'a lease without what was read', file, by: null },
    sentence: 'It applies them, then holds a lease',
    find: 'view.apply(reading.entries, now);',
    replace: '',
  },
  {
    ...{ name: 'a flag instead of the clocks', file, by: 'slow clock after its grant, fast clock revokes' },
    sentence: 'read inside each check, never cached, never set by a timer',
    find: 'return this.#lease !== null && holds(this.#lease, this.#servedAt, runtime.now());',
    replace: 'return this.#lease !== null;',
  },
  {
    ...{ name: 'believing on while leaving', file, by: 'leaving while a renewal is under way' },
    sentence: 'an instance leaves and its next request asks the store',
    find: "this.#state = 'leaving';\n        this.#lease = null;",
    replace: "this.#state = 'leaving';",
  },
  {
    ...{
      name: 'left before the renewal under way was over',
      file,
      by: 'leaving and joining again at once, a renewal still under way',
    },
    sentence: 'an instance leaves: nothing of before it left grants a lease after',
    find: 'await this.#readings.settled();',
    replace: '',
  },
  {
    ...{ name: 'a late answer after leaving', file, by: 'leaving while a renewal is under way' },
    sentence: 'an instance leaves: a late answer grants no lease',
    find: "if (this.#state !== 'in')\n            return;\n        this.#markAnswered = mark;",
    replace: 'this.#markAnswered = mark;',
  },
  {
    ...{ name: 'one that could not catch up believes on', file, by: 'the revoker itself cannot catch up' },
    sentence: 'no instance accepts: the revoker’s own neither',
    find: 'surrender() {\n        this.#lease = null;',
    replace: 'surrender() {',
  },
  {
    ...{
      name: 'a renewal under way brings a surrendered lease back',
      file,
      by: 'a renewal is answered after the lease was given up',
    },
    sentence: 'no instance accepts: the revoker’s own neither',
    find: 'const isLate = asked.monotonic <= this.#surrenderedAt;',
    replace: 'const isLate = false;',
  },
  {
    ...{ name: 'established at once', file, by: 'forgotten: a member; the revoker has only just come' },
    sentence: 'no position yet means a full wait (a position younger than one window is as good as none)',
    find: 'return this.#establishedFrom !== null && runtime.monotonic() - this.#establishedFrom >= window(timing);',
    replace: 'return true;',
  },
  {
    ...{
      name: 'a loss forgotten at once',
      file,
      by: 'forgotten: a member; the revoker has just found out, and knows its entry is there',
    },
    sentence: 'a `forgot` entry within the last window means a full wait',
    find: 'return runtime.monotonic() - this.#forgotAt < window(timing);',
    replace: 'return false;',
  },
  {
    ...{ name: 'caches kept after a loss', file, by: null },
    sentence: 'Instances drop caches and leases (caches)',
    find: 'view.drop(runtime.now());',
    replace: '',
  },
  {
    ...{ name: 'the lease kept after a loss', file, by: 'forgotten: the lease is dropped until all is told' },
    sentence: 'Instances drop caches and leases (leases)',
    find: 'this.#lost = { entries, all };\n        this.#lease = null;',
    replace: 'this.#lost = { entries, all };',
  },
  {
    ...{ name: 'nothing published again', file, by: 'forgotten: what ended is ended again, everywhere' },
    sentence: 'publish again what they know to have ended',
    find: 'await this.#parts.housekeeping?.recover(lost);',
    replace: '',
  },
  {
    ...{ name: 'nothing truncated', file, by: 'what was forgotten in time is forgotten everywhere' },
    sentence: 'kept for the longest lifetime it accepts + 2 × tolerance + one window (in the log)',
    find: 'await housekeeping?.truncate(through);',
    replace: ';',
  },
  {
    ...{ name: 'a push out of turn applied', file, by: 'pushed out of turn' },
    sentence: 'one that does not follow the last applied causes a renewal',
    find: 'if (follows(view.position, hint.entry)) {',
    replace: 'if (true) {',
  },
  {
    ...{ name: 'idle for ever', file, by: 'one that serves nothing leaves, and comes back with the next request' },
    sentence: 'After 30 s without requests an instance leaves',
    find: 'runtime.monotonic() - this.#servedAt >= timing.idleAfter',
    replace: 'false',
  },
  {
    ...{ name: 'closing without waiting for those below', file, by: 'relay: closing waits for what was handed down' },
    sentence: 'closing waits for the leases it handed down',
    find: 'if (remaining > 0)',
    replace: 'if (false)',
  },
  {
    ...{
      name: 'a reading that began before the question',
      file: 'core/one-at-a-time.js',
      by: 'knows at once what it has ended itself',
    },
    sentence: 'in one atomic step … every entry after: what is found is never older than the call',
    find: 'next ??= underWay.then(begin, begin);\n            return next;',
    replace: 'return underWay;',
  },
  {
    ...{
      name: 'a contradiction overlooked',
      file: 'cluster/continuity.js',
      by: 'pushed by a log that is gone, while a renewal is under way',
    },
    sentence: 'recognised … by an entry id that is not where it was (one that was pushed)',
    find: 'if (known !== null && known.id !== id)',
    replace: 'if (false)',
  },
  {
    ...{ name: 'another deployment’s log', file: 'cluster/continuity.js', by: 'two deployments on one log' },
    sentence:
      'in one atomic step the store writes its member row (… protocol version): a log of another deployment gives no lease',
    find: 'if (theirs.deployment !== ours.deployment)',
    replace: 'if (false)',
  },
  {
    ...{ name: 'a truncated position goes on', file: 'core/log.js', by: 'truncated while asleep' },
    sentence: 'An instance whose position has been truncated away drops everything and starts from what is kept',
    find: "return { outcome: 'truncated' };",
    replace: "return { outcome: 'continues' };",
  },
  {
    ...{ name: 'an entry missing', file: 'core/log.js', by: 'a broken log: an entry is missing' },
    sentence: 'entries have a sequence number',
    find: 'if (entry.sequence !== sequence + 1)',
    replace: 'if (false)',
  },
  {
    ...{ name: 'an entry exchanged', file: 'core/log.js', by: 'a broken log: an entry is another than it was' },
    sentence: 'entries have a link to the one before',
    find: 'if (entry.previous !== id)',
    replace: 'if (false)',
  },
  {
    ...{
      name: 'an entry not where it was',
      file: 'core/log.js',
      by: 'forgotten: what ended is ended again, everywhere',
    },
    sentence: 'recognised by an entry id that is not where it was',
    find: 'if (reading.held)',
    replace: 'if (true)',
  },
  ...['token', 'session', 'subject', 'everything', 'changed'].map((kind): Mutant => ({
    ...{ name: `a view deaf to ${kind}`, file: 'cluster/view.js', by: everything },
    sentence: 'a view of what ended or changed',
    find: 'this.#note(entry);',
    replace: `if (entry.kind !== '${kind}') this.#note(entry);`,
  })),
  {
    ...{
      name: 'a view that forgets nothing',
      file: 'cluster/view.js',
      by: 'what was forgotten in time is forgotten everywhere',
    },
    sentence: 'kept for … counted monotonically from when it applied each entry',
    find: 'monotonic - this.#appliedAt[count] >= retention',
    replace: 'false',
  },
  {
    ...{
      name: 'the first of two entries takes the second along',
      file: 'cluster/view.js',
      by: 'what was ended twice is remembered as long as the second time asks',
    },
    sentence: 'kept for … from when it applied each entry (the last about the same)',
    find: 'if (this.#sessions.get(target)?.sequence === sequence)',
    replace: 'if (true)',
  },
]
