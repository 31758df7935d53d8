import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResponsePatch } from 'hallpass'
import { withHeadersOf } from '#src/http/response-patch.js'

test('an answer takes over the cookies of another patch, and those headers that it does not have itself', () => {
  const answer: ResponsePatch = {
    status: 200,
    headers: [
      ['cache-control', 'no-store'],
      ['set-cookie', 'a=1'],
    ],
    body: '{}',
  }
  const other: ResponsePatch = {
    status: 500,
    headers: [
      ['cache-control', 'public'],
      ['set-cookie', 'b=1'],
      ['allow', 'GET'],
    ],
    body: 'x',
  }
  assert.deepEqual(withHeadersOf(answer, other), {
    ...{ status: 200, body: '{}' },
    headers: [
      ['cache-control', 'no-store'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=1'],
      ['allow', 'GET'],
    ],
  })
})

test('of two lines about one cookie the answer’s stands; about another domain or path they are two', () => {
  const patch = (...lines: readonly string[]): ResponsePatch => ({
    status: null,
    headers: lines.map((line) => ['set-cookie', line]),
    body: null,
  })
  const other = patch('a=; Path=/; Max-Age=0', 'a=; Path=/x', 'a=; Path=/; Domain=app.example')
  const { headers } = withHeadersOf(patch('a=1; Path=/'), other)
  assert.deepEqual(
    headers.map(([, line]) => line),
    ['a=1; Path=/', 'a=; Path=/x', 'a=; Path=/; Domain=app.example'],
  )
})
