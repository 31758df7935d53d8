import { endSession, endSubject } from '../acts.js'
import type { Directed } from '../stage.js'

/** Leases handed down. */
export const relays: readonly Directed[] = [
  {
    name: 'relay: the one below is cut off, and its parent acknowledges',
    length: 9000,
    set(stage) {
      const parent = stage.instance('parent')
      const other = stage.instance('other')
      stage.verifier('below', parent)
      stage.signIn(500, other, 'u')
      stage.cut('below', 'parent', 2000)
      stage.at(2010, () => endSession(stage.world, other, stage.session('u')))
    },
  },
  {
    name: 'relay: the revoker has children of its own',
    length: 9000,
    set(stage) {
      const parent = stage.instance('parent')
      stage.verifier('below', parent)
      stage.signIn(500, parent, 'u')
      stage.cut('below', 'parent', 2000)
      stage.at(2010, () => endSession(stage.world, parent, stage.session('u')))
    },
  },
  {
    name: 'relay: what is handed down is what is left',
    length: 9000,
    set(stage) {
      const parent = stage.instance('parent')
      const other = stage.instance('other')
      stage.verifier('below', parent)
      stage.signIn(500, other, 'u')
      // The parent's lease is old already when it is handed down, and both go silent.
      stage.cut('parent', 'store', 2020)
      stage.cut('below', 'parent', 3600)
      stage.at(3700, () => endSession(stage.world, other, stage.session('u')))
    },
  },
  {
    name: 'relay: without a lease nothing is handed down',
    length: 12_000,
    set(stage) {
      const parent = stage.instance('parent')
      const other = stage.instance('other')
      stage.verifier('below', parent)
      stage.signIn(500, other, 'u')
      stage.cut('parent', 'store', 2020)
      stage.at(3000, () => endSession(stage.world, other, stage.session('u')))
      const asks = { incarnation: 'below', mark: 'm', renewal: 1e6, lease: 2000, lastKnownGood: 0 }
      const ours = { deployment: '', protocol: 1, retention: 0 }
      let isRefused = false
      stage.at(6000, () => {
        parent.relay.renew(asks, ours, null).catch(() => (isRefused = true))
      })
      stage.expect(9000, 'it answers with trouble', () => isRefused)
    },
  },
  {
    name: 'relay: a fast parent, a slow child',
    options: { timing: { lease: 15_000, drift: 0.05, margin: 50, idleAfter: 100_000 }, tokenLifetime: 90_000 },
    length: 45_000,
    set(stage) {
      const parent = stage.instance('parent', { rate: 1.05 })
      const other = stage.instance('other', { rate: 1.05 })
      stage.verifier('below', parent, { rate: 0.95, wallRate: 0.95 })
      stage.signIn(500, other, 'u')
      stage.signIn(510, other, 'w')
      stage.cut('below', 'parent', 5800)
      stage.at(5900, () => endSession(stage.world, other, stage.session('u')))
      // Its parent would acknowledge this one at once, if it had given its child up.
      stage.at(18_200, () => endSession(stage.world, other, stage.session('w')))
    },
  },
  {
    name: 'relay: both cut off at once, a slow child and a fast revoker',
    options: { timing: { lease: 15_000, drift: 0.05, margin: 50, idleAfter: 100_000 }, tokenLifetime: 90_000 },
    length: 45_000,
    set(stage) {
      const parent = stage.instance('parent', { rate: 1.05 })
      const other = stage.instance('other', { rate: 1.05 })
      const below = stage.verifier('below', parent, { rate: 0.95, wallRate: 0.95 })
      stage.signIn(500, other, 'u')
      stage.cut('parent', 'store', 4900)
      stage.cut('below', 'parent', 5500)
      stage.at(5510, () => endSession(stage.world, other, stage.session('u')))
      stage.expect(19_000, 'the parent holds its lease', () => parent.holder.heldWithin(0))
      for (let time = 5600; time < 30_000; time += 50) {
        stage.expect(
          time,
          'no lease outlives the one it came from',
          () => parent.holder.heldWithin(0) || !below.holder.heldWithin(0),
        )
      }
    },
  },
  {
    name: 'relay: closing waits for what was handed down',
    length: 9000,
    set(stage) {
      const parent = stage.instance('parent')
      const other = stage.instance('other')
      stage.verifier('below', parent)
      stage.signIn(500, other, 'u')
      stage.cut('below', 'parent', 2000)
      stage.at(2005, () => void parent.holder.close())
      stage.at(2100, () => endSession(stage.world, other, stage.session('u')))
    },
  },
  {
    name: 'relay: a renewal is no acknowledgement',
    length: 9000,
    set(stage) {
      const parent = stage.instance('parent')
      const other = stage.instance('other')
      const below = stage.verifier('below', parent)
      stage.signIn(500, other, 'u')
      stage.delay('lost', { part: 'hint', to: 'below' })
      stage.delay(1200, { part: 'answer', to: 'below', method: 'renew' }, 2600)
      stage.at(2600, () => endSession(stage.world, other, stage.session('u')))
      void below
    },
  },
  {
    name: 'relay: the child acknowledges something else',
    length: 9000,
    set(stage) {
      const parent = stage.instance('parent')
      const other = stage.instance('other')
      const below = stage.verifier('below', parent)
      stage.signIn(500, other, 'u')
      stage.cut('below', 'parent', 2000)
      stage.at(2005, () => parent.relay.acknowledge(below.holder.incarnation, { sequence: 900, id: 'invented' }))
      stage.at(2010, () => endSession(stage.world, other, stage.session('u')))
    },
  },
  {
    name: 'relay: a child that acknowledged the log that is gone',
    options: {
      mayForget: true,
      whenTheLogForgets: 'keep-sessions',
      tokenLifetime: 1000,
      timing: { tolerance: 100 },
    },
    length: 16_000,
    set(stage) {
      const parent = stage.instance('parent')
      const other = stage.instance('other')
      stage.verifier('below', parent)
      stage.signIn(500, other, 'u')
      for (let count = 0; count < 9; count++) stage.at(1000 + count, () => endSubject(stage.world, other, 'somebody'))
      // All of it is forgotten in time, so that nothing is published again; then the log is lost.
      stage.cut('below', 'parent', 7000)
      stage.at(7010, () => stage.world.server.dropLog())
      stage.expect(7800, 'it acknowledges nothing for its child', () => {
        const { position } = parent.view
        return position !== null && parent.relay.acknowledgeable(position).sequence < position.sequence
      })
    },
  },
  {
    name: 'relay: a child that is gone is given up',
    length: 12_000,
    set(stage) {
      const parent = stage.instance('parent')
      const other = stage.instance('other')
      const below = stage.verifier('below', parent)
      stage.signIn(500, other, 'u')
      stage.at(1000, () => below.machine.crash())
      stage.at(5000, () => endSession(stage.world, other, stage.session('u')))
      stage.expect(5500, 'nobody waits for it', () => stage.world.oracle.isDead(stage.held.get('u')!.token))
    },
  },
]
