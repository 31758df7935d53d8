import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advise, answerMistakes, conversation, measured, type PartialAnswers, teams } from 'hallpass/inspect'

const team = (id: string): PartialAnswers => teams.find((one) => one.id === id)!.answers

function advised(answers: PartialAnswers) {
  const advice = advise(answers, measured)
  assert.ok(advice !== null)
  return advice
}

test('a team has answered everything that matters, and nothing else', () => {
  for (const { id, answers } of teams) {
    const { turns, next } = conversation(answers)
    assert.equal(next, null, id)
    assert.deepEqual(Object.keys(answers).sort(), turns.map(({ question }) => question.key).sort(), id)
  }
})

test('every reason comes from an answer that was given, and every question matters for some advice', () => {
  for (const { id, answers } of teams) {
    const asked = conversation(answers).turns.map(({ question }) => question.key)
    for (const { because, text } of advised(answers).reasons) assert.ok(asked.includes(because), `${id}: ${text}`)
  }
  const shop = team('shop')
  const text = JSON.stringify(advised(shop))
  for (const other of [
    { building: 'spa', instances: 'one', verifiers: 'services' },
    { sensitivity: 'high' },
    { instances: 'regions' },
    { verifiers: 'services' },
    { store: 'disk' },
    { origins: 'several' },
  ])
    assert.notEqual(JSON.stringify(advised({ ...shop, ...other })), text, JSON.stringify(other))
})

test('nothing is advised while a question is open', () => {
  assert.equal(advise({}, measured), null)
  const { store: _, ...open } = team('shop') as { store: string }
  assert.equal(advise(open, measured), null)
  assert.equal(conversation(open).next?.key, 'store')
})

test('what does not matter any more is left aside: a mobile app has no web view when it becomes a shop', () => {
  const { turns } = conversation({ ...team('mobile'), building: 'pages', origins: 'one' })
  assert.ok(!turns.some(({ question }) => question.key === 'webViews'))
})

test('who has much at stake is not asked whether a log-out may wait', () => {
  const { turns } = conversation({ ...team('bank'), logOut: 'minutes' })
  assert.ok(!turns.some(({ question }) => question.key === 'logOut'))
  assert.ok(!JSON.stringify(advised({ ...team('bank'), logOut: 'minutes' }).warnings).includes('exp'))
})

test('impossible wishes are told: at once at the edge, and several instances without a store', () => {
  const edge = advised({ ...team('edge'), logOut: 'at-once' })
  assert.match(edge.warnings.join(' '), /impossible at the edge/)
  assert.equal(
    (JSON.parse(edge.configuration.file) as { lifetimes: { accessToken: number } }).lifetimes.accessToken,
    60,
  )
  assert.doesNotMatch(advised(team('edge')).warnings.join(' '), /impossible/)
  const alone = advised({ ...team('shop'), store: 'disk' })
  assert.match(alone.warnings.join(' '), /instant log-out would be impossible/)
  assert.match(alone.configuration.file, /"gateway"/)
  assert.doesNotMatch(advised({ ...team('shop'), store: 'disk', instances: 'one' }).warnings.join(' '), /impossible/)
})

test('figures are those that were measured', () => {
  const ways = measured.ways.map((way) => ({ ...way, bytesPerRequest: way.bytesPerRequest + 1000 }))
  const other = advise(team('shop'), { ...measured, date: '2001-02-03', ways })!
  const bytes = measured.ways.find(({ id }) => id === 'hallpass-session')!.bytesPerRequest
  const cost = other.costs.find(({ what }) => what.includes('bytes'))
  assert.equal(cost?.value, String(bytes + 1000))
  assert.match(other.measuredOn, /2001-02-03/)
  assert.match(other.considered[0]!.whyNot, new RegExp(String(bytes + 1000)))
})

test('answers that are none are told with their remedy', () => {
  assert.deepEqual(answerMistakes({ building: 'spa' }), [])
  assert.match(answerMistakes({ building: 'castle' }).join(), /Use one of: pages, spa/)
  assert.match(answerMistakes({ constructor: 'spa' }).join(), /no question/)
})
