import assert from 'node:assert/strict'
import { test } from 'node:test'
import { presentedCredentials } from '#src/http/credentials.js'
import { policyOf, request } from './request.js'

const policy = policyOf()
const { session, access, refresh } = policy.cookieNames
const cookie = `${session}=s; ${access}=a; ${refresh}=r; ${refresh}=r2; hallpass=plain`

test('cookies of ours are presented by kind, under the configured names alone', () => {
  const { bearer, cookies } = presentedCredentials(request({ cookie }), policy)
  assert.equal(bearer, null)
  assert.deepEqual(cookies, { session: ['s'], access: ['a'], refresh: ['r', 'r2'] })
})

test('beside a bearer token that could be ours cookies are ignored, also where it is garbage', () => {
  for (const token of ['hp_s.x', 'hp_r.x', 'a.b.c', 'a..', '..']) {
    for (const scheme of ['Bearer', 'bearer', 'BEARER ']) {
      const presented = presentedCredentials(request({ cookie, authorization: `${scheme} ${token}` }), policy)
      assert.equal(presented.bearer, token)
      assert.deepEqual(presented.cookies, { session: [], access: [], refresh: [] })
    }
  }
})

test('other Authorization schemes and foreign bearer tokens count as absent', () => {
  const foreign = [
    'Basic aHBfcy54',
    'Negotiate a.b.c',
    'Bearer',
    'Bearer ',
    'Bearer opaque',
    'Bearer a.b',
    'Bearer a.b.c.d.e',
  ]
  for (const authorization of [
    ...foreign,
    'Bearer a.b.c, Bearer d.e.f',
    'Bearer a.b.c d',
    'Bearera.b.c',
    ' Bearer\ta.b.c',
  ]) {
    const presented = presentedCredentials(request({ cookie, authorization }), policy)
    assert.equal(presented.bearer, null, authorization)
    assert.deepEqual(presented.cookies.session, ['s'], authorization)
  }
})
