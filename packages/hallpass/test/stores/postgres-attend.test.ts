import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Ear, Listening } from '#src/stores/postgres/port.js'
import { type Attending, attend } from '#src/stores/postgres/runtime.js'

const pace = { look: 2, echo: 50, check: 10, again: 2 }

/** Attends with what is given, until `enough` says so; answers how often what happened. */
async function attended(t: TestContext, change: (ear: () => Ear, breaks: () => void) => Partial<Attending>) {
  const counts = { listened: 0, stopped: 0, missed: 0, deaf: 0, echoes: 0 }
  let ear: Ear | undefined
  let breaks = (): void => {}
  const listen = async (given: Ear): Promise<Listening> => {
    counts.listened++
    ear = given
    given.began()
    return {
      broken: new Promise((resolve) => (breaks = resolve)),
      stop: () => void counts.stopped++,
    }
  }
  let resolve = (): void => {}
  const thrice = new Promise<void>((done) => (resolve = done))
  const attending: Attending = {
    listen,
    echo: async (mark) => {
      counts.echoes++
      ear!.heard(`echo ${mark}`)
    },
    heard: () => assert.fail('an echo is no news'),
    missed: () => void (++counts.missed, counts.listened >= 3 && resolve()),
    pulse: async () => '',
    deaf: () => void counts.deaf++,
    ...change(
      () => ear!,
      () => breaks(),
    ),
  }
  // timers that keep no process alive need somebody who does
  const alive = setInterval(() => {}, 1000)
  t.after(() => clearInterval(alive))
  const { stop } = attend(attending, pace)
  await thrice
  stop()
  return counts
}

test('a connection that breaks before its echo came back is listened on again, and nobody is called deaf', async (t) => {
  const { deaf, stopped } = await attended(t, (_, breaks) => ({ echo: async () => breaks() }))
  assert.equal(deaf, 0)
  assert.ok(stopped >= 2)
})

test('a connection on which nothing comes back any more is given up for a new one, though it never broke', async (t) => {
  let sent = 0
  const { deaf, stopped } = await attended(t, (ear) => ({
    async echo(mark) {
      if (sent++ % 3 < 2) ear().heard(`echo ${mark}`)
    },
  }))
  assert.equal(deaf, 0)
  assert.ok(stopped >= 2)
})

test("another instance's echo is not taken for one's own", async (t) => {
  const { deaf } = await attended(t, (ear) => ({ echo: async () => ear().heard('echo of another') }))
  assert.ok(deaf >= 2)
})

test('a store that is away is no reason to throw, and is listened to when it is back', async (t) => {
  let asked = 0
  const away = async (): Promise<never> => {
    throw new Error('away')
  }
  const { deaf } = await attended(t, (ear) => ({
    pulse: away,
    echo: async (mark) => (++asked % 2 === 1 ? away() : ear().heard(`echo ${mark}`)),
  }))
  assert.equal(deaf, 0)
})
