import assert from 'node:assert/strict'
import { test } from 'node:test'
import { health } from '#src/observe/health.js'

test('readyz tells of the lease, is as ready without one, and tells nothing of what was revoked', async () => {
  for (const { valid, lag } of [
    { valid: false, lag: null },
    { valid: true, lag: 12 },
  ]) {
    const lease = { valid, lag, incarnation: 'q7Rw2kZp9XvLm4TbYc8NdH', sequence: 41 }
    const routes = health({ status: async () => ({ engine: 'redis', signingKey: 'k1', lease }) })
    const answer = await routes.request('/readyz')
    assert.deepEqual([answer.status, answer.headers.get('cache-control')], [200, 'no-store'])
    assert.deepEqual(await answer.json(), { status: 'ok', engine: 'redis', signingKey: 'k1', lease: { valid, lag } })
  }
})
