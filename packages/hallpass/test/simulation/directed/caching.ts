import { change, endEverything, endSession, endSubject, endToken, replaceSecret } from '../acts.js'
import { calm } from '../network.js'
import type { Directed } from '../stage.js'

const patient = { ...calm, delay: [2, 2], deadline: 20_000 } as const

/** What is read from the store while the log tells of something, and what is pushed. */
export const caching: readonly Directed[] = [
  {
    name: 'a read answered after the entry was applied',
    length: 9000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(500, other, 'u')
      stage.delay(900, { part: 'answer', to: 'one', method: 'find' }, 0, 1500)
      stage.at(1100, () => endSession(stage.world, other, stage.session('u')))
      void one
    },
  },
  {
    name: 'a read of a subject answered after everything was ended',
    length: 9000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(500, other, 'u')
      stage.delay(900, { part: 'answer', to: 'one', method: 'find' }, 0, 1500)
      stage.at(1100, () => endEverything(stage.world, other))
      void one
    },
  },
  {
    name: 'a read answered after everything was dropped',
    options: {
      ...{ mayForget: true, network: patient, whenTheLogForgets: 'keep-sessions' },
      // What came first is forgotten by then, and is not published again.
      ...{ tokenLifetime: 300, timing: { tolerance: 100 } },
    },
    length: 9000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      for (let count = 0; count < 9; count++) stage.at(300 + count, () => endSubject(stage.world, other, 'somebody'))
      stage.signIn(4300, other, 'u')
      // Read before it ended, answered after the log was lost, and begun anew with smaller numbers.
      stage.delay(1900, { part: 'answer', to: 'one', method: 'find' }, 4300, 4340)
      stage.at(4400, () => endSession(stage.world, other, stage.session('u')))
      stage.at(4600, () => stage.world.server.dropLog())
      void one
    },
  },
  {
    name: 'a read that takes longer than anything is remembered',
    options: {
      tokenLifetime: 1000,
      network: patient,
      timing: { lease: 600, tolerance: 100, idleAfter: 60_000 },
    },
    length: 14_000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(500, other, 'u')
      stage.delay(5000, { part: 'answer', to: 'one', method: 'find' }, 0, 800)
      stage.at(900, () => endSession(stage.world, other, stage.session('u')))
      stage.expect(7000, 'the entry is forgotten', () => one.view.size === 0)
      stage.at(1000, () => stage.idle.add(one))
      stage.expect(6000, 'no live one is kept', () => {
        const kept = one.engine.cache.get(stage.session('u'))
        return kept === undefined || kept.record.endedAt !== null
      })
    },
  },
  {
    name: 'pushed out of turn',
    length: 9000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(500, other, 'u')
      stage.signIn(510, other, 'w')
      stage.delay('lost', { part: 'hint', to: 'one' }, 1501, 1504)
      stage.delay(100, { part: 'answer', to: 'one', method: 'renew' }, 1490)
      stage.at(1496, () => endSession(stage.world, other, stage.session('u')))
      stage.at(1500, () => endSession(stage.world, other, stage.session('w')))
      void one
    },
  },
  {
    name: 'pushed by a log that is gone, while a renewal is under way',
    options: { mayForget: true },
    length: 9000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(500, other, 'u')
      stage.signIn(510, other, 'w')
      // The entry is pushed, forgotten, and another takes its place before the renewal of 3336 reads the log.
      stage.delay(60, { part: 'request', from: 'one', method: 'renew' }, 3300, 3390)
      stage.at(3340, () => endToken(stage.world, other, stage.held.get('w')!.token))
      stage.at(3350, () => stage.forgive('w'))
      stage.at(3350, () => stage.world.server.rewind(3339))
      stage.delay('lost', { part: 'hint' }, 3346)
      stage.at(3352, () => endSession(stage.world, other, stage.session('u')))
      stage.expect(3500, 'it has read what took its place', () => one.view.after(0)[0]?.kind === 'session')
    },
  },
  {
    name: 'knows at once what it has ended itself',
    options: { isFaultFree: true },
    length: 5000,
    set(stage) {
      const one = stage.instance('one')
      stage.signIn(100, one, 'u')
      stage.signIn(110, one, 'w')
      stage.delay('lost', { part: 'hint' })
      stage.delay(30, { part: 'answer', method: 'renew' }, 1000)
      for (let time = 2000; time < 2100; time += 10)
        stage.at(time, () => endSession(stage.world, one, stage.session('u')))
    },
  },
  {
    name: 'told of each thing that can end or change',
    options: { tokenLifetime: 60_000 },
    length: 12_000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      for (const name of ['session', 'subject', 'token', 'changed', 'secret', 'everything'])
        stage.signIn(500, other, name)
      stage.at(2000, () => endSession(stage.world, other, stage.session('session')))
      stage.at(2500, () => endSubject(stage.world, other, 'subject'))
      stage.at(3000, () => endToken(stage.world, other, stage.held.get('token')!.token))
      stage.at(3500, () => change(stage.world, other, 'changed'))
      stage.at(4000, () => replaceSecret(stage.world, other, stage.held.get('secret')!.session))
      stage.at(6000, () => endEverything(stage.world, other))
      void one
    },
  },
]
