import { protocol } from '#src/core/log.js'
import { endSession, endSubject, endToken } from '../acts.js'
import { deployment, type Instance } from '../instance.js'
import type { Directed, Stage } from '../stage.js'

/** Joining, leaving, rejoining, retiring, acknowledging. */
export const members: readonly Directed[] = [
  {
    name: 'one joins while an entry is appended, and is cut off',
    length: 8000,
    set(stage) {
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      // It reads the log just before the entry is appended.
      stage.at(1990, () => void stage.instance('late'))
      stage.at(1993, () => endSession(stage.world, other, stage.session('u')))
      stage.cut('late', 'store', 1996)
    },
  },
  {
    name: 'leaving while a renewal is under way',
    length: 8000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.delay(300, { part: 'answer', to: 'one', method: 'renew' }, 1300, 1400)
      stage.at(1400, () => leave(one))
      stage.at(1440, () => endSession(stage.world, other, stage.session('u')))
      stage.delay('lost', { part: 'request', from: 'one', method: 'renew' }, 1400)
    },
  },
  {
    name: 'leaving and joining again at once, a renewal still under way',
    length: 8000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.delay(500, { part: 'answer', to: 'one', method: 'renew' }, 1300, 1400)
      stage.at(1400, () => one.holder.leave())
      stage.delay('lost', { part: 'request', from: 'one', method: 'renew' }, 1400)
      stage.at(1900, () => endSession(stage.world, other, stage.session('u')))
      stage.delay('lost', { part: 'hint' })
    },
  },
  {
    name: 'a lease is given up by leaving',
    length: 6000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.at(1500, () => leave(one))
      stage.at(1520, () => endSession(stage.world, other, stage.session('u')))
    },
  },
  {
    name: 'an acknowledgement arrives after its member has left',
    length: 9000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.at(1450, () => endSession(stage.world, other, stage.session('u')))
      stage.delay(400, { part: 'request', from: 'one', method: 'acknowledge' }, 1450)
      stage.at(1499, () => stage.idle.add(one))
      stage.at(1520, () => leave(one))
      stage.expect(8500, 'it has no row', async () => (await stage.world.server.readMembers()).length === 1)
    },
  },
  {
    name: 'a member lies: it acknowledges beyond the head',
    length: 8000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.cut('one', 'store', 1400)
      stage.at(1450, () => acknowledge(stage, one.holder.incarnation, 900, 'invented'))
      stage.at(1500, () => endSession(stage.world, other, stage.session('u')))
    },
  },
  {
    name: 'the silent one has renewed between being read and being retired',
    length: 12_000,
    set(stage) {
      stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.signIn(150, other, 'w')
      // It renews, and never acknowledges: its mark is another one by then.
      stage.delay('lost', { part: 'request', from: 'one', method: 'acknowledge' }, 1400)
      stage.at(1500, () => endSession(stage.world, other, stage.session('u')))
      stage.cut('one', 'store', 3500)
      stage.at(3602, () => endSession(stage.world, other, stage.session('w')))
    },
  },
  {
    name: 'an old renewal arrives again before its member is retired',
    length: 12_000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.signIn(150, other, 'w')
      stage.delay('lost', { part: 'request', from: 'one', method: 'acknowledge' }, 1400)
      stage.at(1500, () => endSession(stage.world, other, stage.session('u')))
      stage.at(1510, async () => {
        const row = (await stage.world.server.readMembers()).find(
          ({ incarnation }) => incarnation === one.holder.incarnation,
        )
        const terms = { deployment, protocol, retention: 1 }
        stage.at(3590, () => stage.world.server.execute('log', 'renew', [row, terms, null]))
      })
      stage.cut('one', 'store', 3500)
      stage.at(3602, () => endSession(stage.world, other, stage.session('w')))
    },
  },
  {
    name: 'read late: a full window has passed for the entry, not for the mark',
    length: 12_000,
    options: { timing: { drift: 0 } },
    set(stage) {
      stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.signIn(150, other, 'w')
      stage.delay('lost', { part: 'request', from: 'one', method: 'acknowledge' }, 1000)
      stage.delay(1200, { part: 'request', from: 'other', method: 'standing' }, 1500, 1600)
      stage.at(1500, () => endSession(stage.world, other, stage.session('u')))
      stage.cut('one', 'store', 2690)
      stage.at(3570, () => endSession(stage.world, other, stage.session('w')))
    },
  },
  {
    name: 'the revoker itself cannot catch up',
    length: 8000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, one, 'u')
      stage.signIn(150, other, 'w')
      stage.delay('lost', { part: 'hint' })
      stage.delay('lost', { from: 'one', method: 'renew' }, 1400)
      // What it is told of its own entry does not follow what it has read.
      stage.at(1450, () => endSession(stage.world, other, stage.session('w')))
      stage.at(1500, () => endSession(stage.world, one, stage.session('u')))
      stage.expect(3300, 'it waits for nobody', () => stage.world.oracle.isDead(stage.held.get('u')!.token))
    },
  },
  {
    name: 'a renewal is answered after the lease was given up',
    length: 6000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, one, 'u')
      stage.signIn(150, other, 'w')
      stage.delay('lost', { part: 'hint' })
      stage.delay(1000, { part: 'answer', to: 'one', method: 'renew' }, 1300, 1500)
      stage.delay('lost', { part: 'request', from: 'one', method: 'renew' }, 1500)
      stage.at(1510, () => endSession(stage.world, other, stage.session('w')))
      stage.at(1550, () => endSession(stage.world, one, stage.session('u')))
    },
  },
  {
    name: 'one that serves nothing leaves, and comes back with the next request',
    options: { timing: { idleAfter: 3000 }, isFaultFree: true },
    length: 12_000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.at(2000, () => stage.idle.add(one))
      stage.expect(7000, 'its row is gone', async () => (await stage.world.server.readMembers()).length === 1)
      stage.expect(7000, 'it is not subscribed', () => stage.world.server.listeners === 1)
      stage.at(8000, () => stage.idle.delete(one))
      stage.expect(8100, 'it holds a lease again', () => one.holder.heldWithin(0))
    },
  },
  {
    name: 'whoever is gone is waited out once, and then retired',
    length: 12_000,
    set(stage) {
      const one = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.signIn(150, other, 'w')
      stage.at(1500, () => one.machine.crash())
      stage.at(1600, () => endSession(stage.world, other, stage.session('u')))
      stage.at(5000, () => endSession(stage.world, other, stage.session('w')))
      stage.expect(5200, 'nobody is waited for again', () => stage.world.oracle.isDead(stage.held.get('w')!.token))
    },
  },
  {
    name: 'what was forgotten in time is forgotten everywhere',
    options: { tokenLifetime: 2000, timing: { lease: 600, tolerance: 200, idleAfter: 60_000 } },
    length: 20_000,
    set(stage) {
      const one = stage.instance('one')
      for (let count = 0; count < 20; count++) {
        stage.signIn(100 + count * 300, one, `u${count}`)
        stage.at(250 + count * 300, () => endSubject(stage.world, one, `u${count}`))
      }
      stage.expect(19_000, 'the view is empty', () => one.view.size === 0)
      stage.expect(19_000, 'the log is empty', async () => (await stage.world.server.readLog()).length === 0)
      stage.signIn(19_100, one, 'last')
    },
  },
  {
    name: 'what was ended twice is remembered as long as the second time asks',
    options: { tokenLifetime: 6000, timing: { lease: 600, tolerance: 200, idleAfter: 60_000 } },
    length: 20_000,
    set(stage) {
      const one = stage.instance('one')
      stage.signIn(100, one, 'u')
      stage.at(400, () => endSession(stage.world, one, stage.session('u')))
      stage.at(5500, () => endSession(stage.world, one, stage.session('u')))
      stage.expect(9500, 'it still knows', () => one.view.judge(stage.held.get('u')!.token.claims!) !== null)
    },
  },
  {
    name: 'a token is remembered for as long as it lives',
    options: { tokenLifetime: 12_000, timing: { lease: 600, tolerance: 200, idleAfter: 60_000 } },
    length: 14_000,
    set(stage) {
      const one = stage.instance('one')
      stage.instance('other')
      stage.signIn(100, one, 'u')
      stage.at(400, () => endToken(stage.world, one, stage.held.get('u')!.token))
    },
  },
  {
    name: 'an acknowledgement of an old incarnation',
    length: 8000,
    set(stage) {
      const old = stage.instance('one')
      const other = stage.instance('other')
      stage.signIn(100, other, 'u')
      stage.at(1000, () => stage.idle.add(old))
      stage.at(1000, () => leave(old))
      stage.at(1200, () => void stage.instance('one'))
      stage.cut('one', 'store', 1450)
      stage.at(1500, () => endSession(stage.world, other, stage.session('u')))
      // Its last words arrive when its successor is a member, and has not read that far.
      stage.at(1550, () => {
        const { sequence, id } = other.view.position!
        return acknowledge(stage, old.holder.incarnation, sequence, id)
      })
    },
  },
  {
    name: 'two deployments on one log',
    length: 4000,
    set(stage) {
      const one = stage.instance('one')
      stage.signIn(100, one, 'u')
      stage.at(1000, () => {
        stage.world.server.tamper = (reading) => ({
          ...reading,
          terms: { ...reading.terms, deployment: 'https://other.example' },
        })
      })
      stage.expect(2000, 'no lease', () => !one.holder.heldWithin(0))
    },
  },
]

/** Begins to leave; whether it believes anything meanwhile, its checks tell. */
function leave(who: Instance): void {
  void who.holder.leave().catch(() => undefined)
}

function acknowledge(stage: Stage, incarnation: string, sequence: number, id: string): Promise<unknown> {
  return stage.world.server.execute('log', 'acknowledge', [incarnation, { sequence, id }])
}
