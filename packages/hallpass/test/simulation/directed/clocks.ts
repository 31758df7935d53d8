import { endSession } from '../acts.js'
import type { Directed } from '../stage.js'

const wide = { lease: 15_000, drift: 0.05, margin: 50, idleAfter: 100_000 }

/** What only the arithmetic of clocks can keep. */
export const clocks: readonly Directed[] = [
  {
    name: 'slow clock after its grant, fast clock revokes',
    options: { timing: wide, tokenLifetime: 60_000 },
    length: 40_000,
    set(stage) {
      const slow = stage.instance('slow', { rate: 0.95, wallRate: 0.95 })
      const fast = stage.instance('fast', { rate: 1.05 })
      stage.signIn(100, fast, 'u')
      // Appended just after its renewal of 5264 has read the log, six milliseconds after it was asked for.
      stage.cut('slow', 'store', 5266.3)
      stage.at(5260.4, () => endSession(stage.world, fast, stage.session('u')))
      stage.expect(5302, 'the slow one holds a lease', () => slow.holder.heldWithin(0))
    },
  },
  {
    name: 'revoked one millisecond before the lease ends, wall clock forwards, back and forwards',
    length: 12_000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, one, 'u')
      stage.cut('one', 'store', 1400)
      stage.at(1500, () => one.machine.step(1000))
      stage.at(1600, () => one.machine.step(-1000))
      for (let time = 1700; time < 8000; time += 100) stage.at(time, () => one.machine.step(-99))
      stage.at(3290, () => endSession(stage.world, other, stage.session('u')))
    },
  },
  {
    name: 'suspended right after a grant, the monotonic clock frozen',
    length: 12_000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, one, 'u')
      stage.at(1400, () => one.machine.pause(true))
      stage.at(1500, () => endSession(stage.world, other, stage.session('u')))
      stage.cut('one', 'store', 1400)
      stage.at(8000, () => one.machine.resume())
    },
  },
  {
    name: 'suspended, and the wall clock set back before it began',
    length: 12_000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, one, 'u')
      stage.at(1400, () => one.machine.pause(true))
      stage.at(1500, () => endSession(stage.world, other, stage.session('u')))
      stage.cut('one', 'store', 1400)
      stage.at(8000, () => {
        one.machine.step(-20_000)
        one.machine.resume()
      })
    },
  },
  {
    name: 'a wall clock a minute behind the store takes no lease',
    options: { tokenLifetime: 5000, timing: { tolerance: 1000 } },
    length: 25_000,
    set(stage) {
      const behind = stage.instance('behind', { ahead: -60_000 })
      const right = stage.instance('right')
      stage.signIn(100, right, 'u')
      for (let time = 1000; time < 25_000; time += 500) {
        stage.expect(time, 'no lease', () => !behind.holder.heldWithin(0))
      }
    },
  },
  {
    name: 'a renewal whose answer takes longer than the lease',
    options: { timing: { drift: 0 } },
    length: 14_000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.delay(1400, { part: 'answer', to: 'one', method: 'renew' }, 1000, 3000)
      stage.at(2200, () => endSession(stage.world, other, stage.session('u')))
      stage.delay('lost', { from: 'one', to: 'store' }, 2100)
      stage.delay('lost', { part: 'hint', to: 'one' })
      void one
    },
  },
  {
    name: 'paused between reading the clocks and sending the renewal',
    options: { timing: { drift: 0 } },
    length: 14_000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.delay(1900, { part: 'request', from: 'one', method: 'renew' }, 1300, 1500)
      stage.at(3250, () => stage.cut('one', 'store', 3250))
      stage.at(3300, () => endSession(stage.world, other, stage.session('u')))
      void one
    },
  },
  {
    name: 'a member states a longer lease than the revoker has',
    length: 14_000,
    set(stage) {
      stage.instance('long', {}, { lease: 6000 })
      const short = stage.instance('short')
      stage.signIn(100, short, 'u')
      stage.cut('long', 'store', 2300)
      stage.at(2400, () => endSession(stage.world, short, stage.session('u')))
    },
  },
  {
    name: 'last known good is waited out, or said to be left out',
    options: { timing: { lastKnownGood: 3000 } },
    length: 20_000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, one, 'u')
      stage.signIn(100, one, 'w')
      stage.cut('one', 'store', 2000)
      stage.at(2100, () => endSession(stage.world, other, stage.session('u')))
      stage.at(2100, () => endSession(stage.world, other, stage.session('w'), { until: 'leases' }))
    },
  },
  {
    name: 'the append is confirmed late',
    options: { timing: { drift: 0 } },
    length: 12_000,
    set(stage) {
      stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.delay(1200, { part: 'request', from: 'other', method: 'replace' })
      stage.at(1500, () => endSession(stage.world, other, stage.session('u')))
      stage.cut('one', 'store', 2690)
    },
  },
]
