import assert from 'node:assert/strict'
import { test } from 'node:test'
import { basesOf, columns, highest, rounded, totals } from '#src/operator/charts/columns.js'
import { refusalsOf, seriesOf } from '#src/operator/charts/series.js'

const box = { width: 8, height: 100 }

test('a column a value, from the lower edge upwards, and none for nothing', () => {
  assert.equal(columns([50, 0], 100, box), 'M0 100v-50h4v50z')
  assert.equal(columns([0, 100], 100, box), 'M4 100v-100h4v100z')
  assert.equal(columns([0, 0], 100, box), '')
})

test('columns that are wide enough stand apart', () => {
  assert.equal(columns([100], 100, { width: 100, height: 10 }), 'M2 10v-10h96v10z')
})

test('one among thousands is still to be seen', () => {
  assert.match(columns([1], 10_000, box), /v-1h/)
})

test('series stand on those before them', () => {
  const series = [
    [10, 20],
    [30, 0],
    [5, 5],
  ]
  assert.deepEqual(basesOf(series), [
    [0, 0],
    [10, 20],
    [40, 20],
  ])
  assert.deepEqual(totals(series), [45, 25])
  assert.equal(highest(series), 45)
  assert.equal(columns([30, 0], 100, box, [10, 20]), 'M0 90v-30h4v30z')
  assert.equal(highest([]), 0)
})

test('the scale ends at a number that is read at a glance', () => {
  const cases = { 0: 1, 1: 1, 2: 2, 3: 5, 6: 10, 10: 10, 11: 20, 44: 50, 501: 1000, 8460: 10_000 }
  for (const [most, top] of Object.entries(cases)) assert.equal(rounded(Number(most)), top, most)
})

const answer = {
  from: '2026-11-21T13:00:00.000Z',
  minutes: 3,
  series: {
    'signed-in': [1, 0, 4],
    'refused:expired': [5, 5, 5],
    'refused:ended': [0, 9, 0],
    'refused:reused': [0, 0, 1],
    'refused:stale': [1, 0, 0],
  },
  revocations: [],
}

test('a series that was left out is one of zeros', () => {
  assert.deepEqual(seriesOf(answer, 'signed-in'), { name: 'signed-in', values: [1, 0, 4], total: 5 })
  assert.deepEqual(seriesOf(answer, 'refresh-rotated').values, [0, 0, 0])
})

test('refusals come by their code, most first, and the rest together', () => {
  assert.deepEqual(
    refusalsOf(answer, 4).map(({ name, total }) => [name, total]),
    [
      ['expired', 15],
      ['ended', 9],
      ['reused', 1],
      ['stale', 1],
    ],
  )
  const [, , rest] = refusalsOf(answer, 3)
  assert.deepEqual(rest, { name: null, values: [1, 0, 1], total: 2 })
  assert.deepEqual(refusalsOf({ ...answer, series: {} }, 3), [])
})
