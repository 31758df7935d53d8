import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carriedAsTokens, routesShown } from '#src/gateway/greeting.js'
import { routeTo } from './backend.js'

const backend = { upstream: new URL('http://127.0.0.1:3000'), audience: 'x' }
const at = (path: string) => routeTo(backend, { host: 'app.example', path })

test('the start says how many routes there are, and where', () => {
  assert.equal(routesShown([at('/api')]), 'one route: app.example/api')
  assert.equal(routesShown([at('/'), at('/api')]), '2 routes: app.example/, app.example/api')
  const many = routesShown(Array.from({ length: 10 }, (_, n) => at(`/${n}`)))
  assert.match(many, /^10 routes: .*app\.example\/7, and 2 more$/)
})

test('where browsers would hold a JWT although the gateway mints, the start offers the session cookie alone', () => {
  assert.deepEqual(carriedAsTokens([], 'hybrid'), [])
  assert.deepEqual(carriedAsTokens([at('/')], 'session'), [])
  for (const strategy of ['hybrid', 'jwt'] as const) {
    const [warning] = carriedAsTokens([at('/')], strategy)
    assert.match(`${warning?.message} ${warning?.remedy}`, /JWT in a cookie.*HALLPASS_STRATEGY=session.*nobody out/)
  }
})
