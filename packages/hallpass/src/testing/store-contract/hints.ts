import assert from 'node:assert/strict'
import type { Store } from '../../core/store.js'
import type { StorePromise } from './open-store.js'
import { appended, heardSoon, listening, positionOf, readLog, sampleEntry, sampleMember, terms } from './sample-log.js'

/** `subscribe`: hints may be lost, but not all of them. */
export const hintPromises: readonly StorePromise[] = [
  [
    'subscribe: an entry is heard of soon after it was appended',
    async ({ open }) => {
      const store = await open()
      const { heard, stop } = listening(store)
      const isHeard = (): boolean => heard.some(({ about }) => about === 'entry' || about === 'anything')
      assert.ok(await heardSoon(() => store.log.append(sampleEntry()), isHeard), 'nothing was heard')
      stop()
      const { entries } = await readLog(store)
      for (const hint of heard) {
        if (hint.about === 'entry') assert.deepEqual(hint.entry, entries[hint.entry.sequence - 1])
      }
    },
  ],
  [
    'subscribe: an acknowledgement is heard of soon after it was noted',
    async ({ open }) => {
      const store = await open()
      const member = sampleMember()
      const entries = [...(await appended(store, 30))]
      await store.log.renew(member, terms, null)
      const { heard, stop } = listening(store)
      const acknowledge = async (): Promise<void> => {
        await store.log.acknowledge(member.incarnation, positionOf(entries.shift()!))
      }
      const isHeard = (): boolean => heard.some(({ about }) => about !== 'entry')
      assert.ok(await heardSoon(acknowledge, isHeard), 'nothing was heard')
      stop()
    },
  ],
  [
    'subscribe: who has stopped hears nothing more, and others do',
    async ({ open }) => {
      const store = await open()
      const [gone, other] = [listening(store), listening(store)]
      assert.ok(
        await heardSoon(
          () => append(store),
          () => gone.heard.length > 0,
        ),
        'nothing was heard',
      )
      gone.stop()
      const before = { gone: gone.heard.length, other: other.heard.length }
      const isHeard = (): boolean => other.heard.length > before.other + 1
      assert.ok(await heardSoon(() => append(store), isHeard), 'the other one hears nothing any more')
      // Not every listener hears at the same moment: whoever still listened would hear by now.
      const isStillHeard = (): boolean => gone.heard.length > before.gone
      assert.equal(await heardSoon(() => append(store), isStillHeard, 500), false, 'who has stopped still hears')
      gone.stop()
      other.stop()
    },
  ],
]

function append(store: Store): Promise<void> {
  return store.log.append(sampleEntry())
}
