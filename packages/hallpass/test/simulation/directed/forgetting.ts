import { createRevoker } from '#src/cluster/revoker.js'
import { endSession, endToken, mint } from '../acts.js'
import { calm } from '../network.js'
import type { Directed } from '../stage.js'

const forgets = { mayForget: true }

/** A store that lost what it had acknowledged: what is found out must be kept, loss or no loss. */
export const forgetting: readonly Directed[] = [
  {
    name: 'forgotten: a member, and the mark of the revoker',
    options: forgets,
    length: 12_000,
    set(stage) {
      const old = stage.instance('old')
      stage.signIn(100, old, 'u')
      stage.at(6000, () => void stage.instance('lost'))
      stage.at(6300, () => stage.world.server.rewind(5900))
      stage.cut('lost', 'store', 6250)
      stage.at(6310, () => endSession(stage.world, old, stage.session('u')))
    },
  },
  {
    name: 'forgotten: a member and an entry that the revoker knows',
    options: { ...forgets, network: { ...calm, delay: [2, 2], deadline: 800 } },
    length: 14_000,
    set(stage) {
      const old = stage.instance('old')
      stage.signIn(100, old, 'u')
      stage.signIn(110, old, 'w')
      stage.at(6000, () => void stage.instance('lost'))
      stage.at(6100, () => endSession(stage.world, old, stage.session('w')))
      stage.at(6150, () => stage.forgive('w'))
      stage.at(6150, () => stage.world.server.rewind(5990))
      stage.cut('lost', 'store', 6140)
      // It cannot find out by renewing.
      stage.delay('lost', { part: 'request', from: 'old', method: 'renew' }, 6110)
      stage.at(6160, () => endSession(stage.world, old, stage.session('u')))
    },
  },
  {
    name: 'forgotten: a member; the revoker has just found out, and knows its entry is there',
    options: forgets,
    length: 14_000,
    set(stage) {
      const old = stage.instance('old')
      stage.signIn(100, old, 'u')
      stage.signIn(110, old, 'w')
      stage.at(6000, () => void stage.instance('lost'))
      stage.at(6100, () => endSession(stage.world, old, stage.session('w')))
      stage.at(6600, () => stage.forgive('w'))
      stage.at(6600, () => stage.world.server.rewind(5900))
      stage.cut('lost', 'store', 6590)
      stage.at(7300, () => endSession(stage.world, old, stage.session('u')))
      stage.expect(7290, 'it has found out', () => old.holder.hasForgottenLately())
    },
  },
  {
    name: 'forgotten: a member; the revoker has only just come',
    options: forgets,
    length: 12_000,
    set(stage) {
      const lost = stage.instance('lost')
      stage.signIn(3000, lost, 'u')
      stage.at(3300, () => stage.world.server.rewind(3290))
      stage.at(3300, () =>
        stage.world.server.execute('log', 'retire', [lost.holder.incarnation, lost.holder.marks.at(-1)]),
      )
      stage.cut('lost', 'store', 3299)
      stage.at(3310, () => void stage.instance('new'))
      stage.at(3400, () => endSession(stage.world, stage.world.instances[1]!, stage.session('u')))
    },
  },
  {
    name: 'forgotten: a member; the revoker has never read the log',
    options: forgets,
    length: 12_000,
    set(stage) {
      const lost = stage.instance('lost')
      stage.signIn(3000, lost, 'u')
      stage.at(3300, () =>
        stage.world.server.execute('log', 'retire', [lost.holder.incarnation, lost.holder.marks.at(-1)]),
      )
      stage.cut('lost', 'store', 3299)
      stage.at(3310, () => {
        const fresh = stage.instance('new')
        stage.idle.add(fresh)
        // As with `lease: 'off'`: no leases of its own.
        const { engine, view, timing, machine: runtime } = fresh
        const revoker = createRevoker({ log: engine.store.log, holder: null, view, runtime, timing })
        Object.assign(engine, { revoker })
        return endSession(stage.world, fresh, stage.session('u'))
      })
    },
  },
  {
    name: 'forgotten: an entry, by a revoker that waits for it',
    options: forgets,
    length: 12_000,
    set(stage) {
      const one = stage.instance('one')
      stage.instance('other')
      stage.signIn(100, one, 'u')
      stage.cut('other', 'store', 5900)
      stage.at(6000, () => endSession(stage.world, one, stage.session('u')))
      stage.at(6100, () => stage.world.server.rewind(5990))
      stage.expect(11_000, 'nothing was promised', () => !stage.world.oracle.isDead(stage.held.get('u')!.token))
    },
  },
  {
    name: 'forgotten: what ended is ended again, everywhere',
    options: { ...forgets, tokenLifetime: 60_000, timing: { idleAfter: 60_000 } },
    length: 16_000,
    set(stage) {
      const one = stage.instance('one')
      stage.instance('other')
      stage.signIn(100, one, 'u')
      stage.signIn(110, one, 'w')
      stage.at(5000, () => endSession(stage.world, one, stage.session('u')))
      stage.at(5000, () => endToken(stage.world, one, stage.held.get('w')!.token))
      stage.at(6000, () => stage.world.rewind(4990))
      // Every lease of before has ended, and both have found out long since.
      stage.at(6000 + 3000, () => stage.world.oracle.overdue())
    },
  },
  {
    name: 'forgotten: more than anybody remembers',
    options: { ...forgets, tokenLifetime: 1000, timing: { lease: 600, tolerance: 100, idleAfter: 60_000 } },
    length: 16_000,
    set(stage) {
      const one = stage.instance('one')
      stage.signIn(100, one, 'u')
      stage.signIn(110, one, 'w')
      stage.at(1000, () => endSession(stage.world, one, stage.session('u')))
      stage.at(8000, () => stage.world.empty())
      stage.at(10_000, () => stage.world.oracle.overdue())
      stage.expect(8900, 'everything was ended', async () => {
        const entries = await stage.world.server.readLog()
        return entries.some(({ kind }) => kind === 'everything')
      })
    },
  },
  {
    name: 'forgotten: the others are told by an entry of its own',
    options: forgets,
    length: 12_000,
    set(stage) {
      const one = stage.instance('one')
      stage.signIn(100, one, 'u')
      stage.at(5000, () => endSession(stage.world, one, stage.session('u')))
      stage.at(6000, () => stage.world.rewind(4990))
      stage.expect(7500, 'an entry tells it', async () => {
        const entries = await stage.world.server.readLog()
        return entries.some(({ kind }) => kind === 'forgot')
      })
    },
  },
  {
    name: 'forgotten: what only one knew that is gone, but the state still says',
    options: { ...forgets, tokenLifetime: 60_000, whenTheLogForgets: 'keep-sessions' },
    length: 9000,
    set(stage) {
      stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.cut('one', 'store', 2900, 5400)
      stage.at(3000, () => endSession(stage.world, other, stage.session('u')))
      stage.at(5200, () => other.machine.crash())
      stage.at(5300, () => stage.world.server.dropLog())
    },
  },
  {
    name: 'forgotten: the lease is dropped until all is told',
    options: forgets,
    length: 9000,
    set(stage) {
      const one = stage.instance('one')
      stage.signIn(100, one, 'u')
      stage.at(5000, () => stage.world.server.dropLog())
      stage.delay('lost', { part: 'request', method: 'append' }, 5000)
      stage.expect(5700, 'it has found out', () => one.holder.hasForgottenLately())
      for (const time of [5700, 6000, 6500]) stage.expect(time, 'no lease', () => !one.holder.heldWithin(0))
    },
  },
  {
    name: 'a broken log: an entry is missing',
    length: 9000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.delay('lost', { part: 'hint' })
      stage.at(3000, () => {
        stage.world.server.tamper = (reading) => {
          const [first, second, ...rest] = reading.entries
          if (first === undefined || second === undefined) return { ...reading, entries: [] }
          return { ...reading, entries: [{ ...second, previous: first.previous }, ...rest] }
        }
      })
      stage.signIn(3100, other, 'w')
      stage.at(3300, () => endSession(stage.world, other, stage.session('u')))
      stage.at(3301, () => endSession(stage.world, other, stage.session('w')))
      void one
    },
  },
  {
    name: 'a broken log: an entry is another than it was',
    length: 9000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.delay('lost', { part: 'hint' })
      stage.at(3000, () => {
        stage.world.server.tamper = (reading) => {
          const [first, ...rest] = reading.entries
          if (first === undefined || rest.length === 0) return { ...reading, entries: [] }
          return { ...reading, entries: [{ ...first, id: 'altered', kind: 'key' }, ...rest] }
        }
      })
      stage.signIn(3100, other, 'w')
      stage.at(3300, () => endSession(stage.world, other, stage.session('u')))
      stage.at(3301, () => endSession(stage.world, other, stage.session('w')))
      void one
    },
  },
  {
    name: 'truncated while asleep',
    options: { tokenLifetime: 2000, timing: { lease: 600, tolerance: 200, idleAfter: 1000 } },
    length: 20_000,
    set(stage) {
      const asleep = stage.instance('asleep')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.at(500, () => endToken(stage.world, other, stage.held.get('u')!.token))
      stage.at(1000, () => stage.idle.add(asleep))
      stage.signIn(2000, other, 'w')
      // Its session is in the cache of the one that sleeps; the entry that ends it will be cut away.
      stage.at(3500, () => endSession(stage.world, other, stage.session('u')))
      stage.at(12_000, () => stage.idle.delete(asleep))
      // The lease is there before the store has said anything of the session.
      stage.delay(300, { part: 'answer', to: 'asleep', method: 'find' }, 11_990)
    },
  },
  {
    name: 'a token of after the loss is believed',
    options: { ...forgets, tokenLifetime: 60_000 },
    length: 12_000,
    set(stage) {
      const one = stage.instance('one')
      stage.signIn(100, one, 'u')
      stage.at(3000, () => stage.world.rewind(2990))
      stage.at(9000, () => mint(stage.world, one, stage.held.get('u')!.session))
    },
  },
]
