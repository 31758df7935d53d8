import type { Lost } from '../cluster/lease-holder.js'
import { type LogEntry, type News, news } from '../core/log.js'
import { end } from '../core/revoke.js'
import type { Counter } from '../core/store.js'
import type { Parts } from './parts.js'
import { entryOf } from './settle.js'

type RecoveryParts = Pick<Parts, 'store' | 'crypto' | 'policy' | 'runtime' | 'emit'>

/** A session that others write to while it is to be ended again is tried so often; then the next renewal tries. */
const attempts = 10

/**
 * The store lost part of the log. Tells the others, and publishes again what this instance knows to have ended, in the
 * state as well as in the log. Where more may have been lost than it remembers, every session ends, unless the
 * operator would rather keep them all.
 */
export async function recover(parts: RecoveryParts, lost: Lost): Promise<void> {
  const { log, sessions } = parts.store
  await log.append(entryOf(parts, news.storeForgot()))
  for (const entry of lost.entries) await publishAgain(parts, entry)
  if (lost.all || parts.policy.whenTheLogForgets === 'keep-sessions') return
  await sessions.raise({ of: 'deployment' }, null, entryOf(parts, news.everythingRevoked()))
  parts.emit({ type: 'everything-revoked', at: parts.runtime.now() })
}

async function publishAgain(parts: RecoveryParts, entry: LogEntry): Promise<void> {
  const { kind, target, counter } = entry
  if (kind === 'session') await endAgain(parts, entry)
  else if (kind === 'subject') await reach(parts, { of: 'subject', subject: target!, raise: 'version' }, entry)
  else if (kind === 'everything') await reach(parts, { of: 'deployment' }, entry)
  else if (kind === 'changed' && counter !== null) {
    await reach(parts, { of: 'subject', subject: target!, raise: 'changes' }, entry)
  } else if (kind !== 'forgot') await parts.store.log.append(entryOf(parts, newsIn(entry)))
}

/** A session whose new secret was lost has its old one back: it ends, like one whose end was lost. */
async function endAgain(parts: RecoveryParts, entry: LogEntry): Promise<void> {
  const { sessions, log } = parts.store
  const { target, counter, because } = entry
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { record } = await sessions.find(target!)
    const livesOn = record !== null && record.endedAt === null && (counter === null || record.firstGeneration < counter)
    if (!livesOn) break
    const { next, events } = end(
      record,
      counter === null ? (because ?? 'revoked') : 'store-forgot',
      parts.runtime.now(),
    )
    if ((await sessions.replace(next, entryOf(parts, news.sessionEnded(target!, next.endedBecause!)))) === 'replaced') {
      for (const event of events) parts.emit(event)
      return
    }
  }
  // Passed by a version, or over in the store as well: the log says so again.
  await log.append(entryOf(parts, newsIn(entry)))
}

/** Raises a counter to where it was, and no further. */
async function reach(parts: RecoveryParts, counter: Counter, entry: LogEntry): Promise<void> {
  const { sessions, log } = parts.store
  for (;;) {
    const versions = await sessions.versions(counter.of === 'subject' ? counter.subject : null)
    const raised = counter.of === 'deployment' ? versions.deploymentVersion : versions[columns[counter.raise]]
    if (raised >= entry.counter!) return log.append({ ...entryOf(parts, newsIn(entry)), counter: raised, kept: null })
    await sessions.raise(counter, null, entryOf(parts, { ...newsIn(entry), kept: null }))
  }
}

const columns = { version: 'subjectVersion', changes: 'subjectChanges' } as const

function newsIn({ kind, target, counter, kept, because }: LogEntry): News {
  return { kind, target, counter, kept, because }
}
