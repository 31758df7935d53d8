import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparisonMarkdown } from '#src/inspect/comparison.js'
import { comparisonTable, type Measured, measured } from 'hallpass/inspect'

/** What was measured, with another outcome of one way. */
function withWay(id: string, change: object): Measured {
  return { ...measured, ways: measured.ways.map((way) => (way.id === id ? { ...way, ...change } : way)) }
}

function cellOf(data: Measured, label: RegExp, name: string) {
  const { columns, rows } = comparisonTable(data)
  const row = rows.find((one) => label.test(one.label))
  const cell = row?.cells[columns.findIndex((one) => one.name === name)]
  assert.ok(cell !== undefined)
  return cell
}

test('each row has a cell for each way', () => {
  const { columns, rows } = comparisonTable(measured)
  assert.equal(columns.length, 6)
  for (const { label, cells } of rows) assert.equal(cells.length, columns.length, label)
})

test('what was accepted after a sign-out looks bad, for Hallpass as for anybody', () => {
  const seen = { acceptedFor: 40, checks: 200, accepted: 3 }
  const data = withWay('hallpass-session', { revocation: { untilExp: null, here: seen, elsewhere: seen } })
  assert.deepEqual(cellOf(data, /same instance/, 'Hallpass, session'), {
    text: '3 of 200 checks accepted',
    detail: 'for 40 ms',
    figure: 0.04,
    standing: 'bad',
  })
})

test('a shortened token is told as such: nothing is scaled', () => {
  const { text, detail, figure } = cellOf(
    withWay('jwt', {
      revocation: {
        untilExp: { configuredSeconds: 900, tokenSeconds: 60 },
        here: { acceptedFor: 59_200, checks: 1, accepted: 1 },
        elsewhere: { acceptedFor: 59_200, checks: 1, accepted: 1 },
      },
    }),
    /another instance/,
    'Stateless JWT',
  )
  assert.equal(text, 'accepted until exp')
  assert.equal(detail, '900 s configured; measured 59.2 s, up to the end of a token of 60 s')
  assert.equal(figure, 59.2)
})

test('a credential that script carried away, and a form that got through, look bad', () => {
  const reached = { form: true, fetch: false }
  const none = { form: false, fetch: false }
  const data = withWay('hallpass-hybrid', {
    xss: { looked: ['localStorage'], carriedAway: ['localStorage'], actsWhileOpen: false },
    csrf: { asItComes: { 'another site': reached, 'a sibling': none }, withSameSite: null },
  })
  assert.equal(cellOf(data, /XSS/, 'Hallpass, hybrid').standing, 'bad')
  assert.deepEqual(cellOf(data, /CSRF/, 'Hallpass, hybrid'), {
    text: 'a form of another site',
    detail: null,
    figure: null,
    standing: 'bad',
  })
})

test('the table of the README says the same', () => {
  const text = comparisonMarkdown(measured)
  for (const { cells } of comparisonTable(measured).rows) for (const cell of cells) assert.ok(text.includes(cell.text))
  assert.ok(text.includes(measured.date))
})
