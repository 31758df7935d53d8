import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Plan, planFor } from '#src/inspect/advise/plan.js'
import type { Answers } from '#src/inspect/advise/questions.js'

const shop: Answers = {
  ...{ building: 'pages', sensitivity: 'ordinary', logOut: 'at-once', instances: 'one' },
  ...{ verifiers: 'application', store: 'postgres', origins: 'one', webViews: 'no' },
}

const plan = (answers: Partial<Answers>): Plan => planFor({ ...shop, ...answers })

/** Strategy, carriage and what tokens are checked by. */
function shape(answers: Partial<Answers>): string {
  const { strategy, carriage, verifiers } = plan(answers)
  return `${strategy} ${carriage} ${verifiers}`
}

test('browsers get sessions in cookies, and a gateway where others check or there is one instance too few', () => {
  for (const building of ['pages', 'spa', 'internal'] as const) {
    assert.equal(shape({ building }), 'session cookies none')
    assert.equal(shape({ building, verifiers: 'services' }), 'session gateway none')
    assert.equal(shape({ building, instances: 'several', store: 'disk' }), 'session gateway none')
  }
  assert.equal(shape({ building: 'gateway' }), 'session gateway none')
})

test('apps and services get tokens, checked by the log where a log-out is at once', () => {
  assert.equal(shape({ building: 'mobile' }), 'hybrid tokens none')
  assert.equal(shape({ building: 'mobile', verifiers: 'services' }), 'hybrid tokens log')
  assert.equal(shape({ building: 'mobile', verifiers: 'services', logOut: 'minutes' }), 'hybrid tokens exp')
  assert.equal(
    shape({ building: 'mobile', instances: 'several', store: 'disk', logOut: 'minutes' }),
    'hybrid tokens log',
  )
  assert.equal(shape({ building: 'services' }), 'hybrid services log')
  assert.equal(shape({ building: 'services', logOut: 'minutes' }), 'hybrid services exp')
})

test('at the edge nothing but exp is known, and tokens are short where a log-out should be at once', () => {
  for (const logOut of ['at-once', 'minutes'] as const) {
    assert.equal(shape({ building: 'edge', logOut }), 'hybrid edge exp')
    assert.equal(plan({ building: 'edge', logOut }).lifetimes.accessToken, logOut === 'at-once' ? 60 : 300)
  }
  assert.equal(plan({ building: 'mobile' }).lifetimes.accessToken, 300)
  assert.equal(plan({}).lifetimes.accessToken, null)
})

test('sessions end by what is at stake and who uses them', () => {
  const hours = (answers: Partial<Answers>): readonly number[] => {
    const { idle, absolute } = plan(answers).lifetimes
    return [idle / 3600, absolute / 3600]
  }
  assert.deepEqual(hours({}), [24, 168])
  assert.deepEqual(hours({ building: 'internal' }), [1, 12])
  assert.deepEqual(hours({ building: 'mobile' }), [720, 2160])
  for (const building of ['pages', 'mobile', 'internal'] as const)
    assert.deepEqual(hours({ building, sensitivity: 'high' }), [0.25, 8])
})

test('Strict is for browsers with much at stake, a short lease for regions that share a store', () => {
  assert.deepEqual([plan({}).sameSite, plan({ sensitivity: 'high' }).sameSite], [null, 'Strict'])
  assert.equal(plan({ sensitivity: 'high', building: 'gateway' }).sameSite, 'Strict')
  assert.equal(plan({ sensitivity: 'high', building: 'mobile' }).sameSite, null)
  assert.deepEqual([plan({}).lease, plan({ instances: 'several' }).lease], [null, null])
  assert.equal(plan({ instances: 'regions' }).lease, 5)
  assert.equal(plan({ instances: 'regions', store: 'disk' }).lease, null)
})

test('on a disk there is one instance, however many are wanted', () => {
  assert.deepEqual([plan({ store: 'disk' }).alone, plan({ store: 'disk' }).store], [false, 'sqlite'])
  assert.equal(plan({ store: 'disk', instances: 'several' }).alone, true)
  assert.deepEqual([plan({ instances: 'several' }).alone, plan({ store: 'redis' }).store], [false, 'redis'])
})

test('origins are named only where there are more', () => {
  assert.deepEqual([plan({}).origins, plan({}).appOrigins], [[], []])
  assert.equal(plan({ origins: 'several' }).origins.length, 1)
  assert.equal(plan({ webViews: 'yes' }).appOrigins.length, 2)
})
