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

test('cookies used before are no credentials, and are told apart by how often their name comes', () => {
  const previously = [
    { name: 'sid' },
    { name: 'sid', domain: 'app.example' },
    { name: refresh },
    { name: refresh, domain: 'app.example', path: '/auth/refresh' },
  ]
  const migrated = policyOf({ cookies: { previously } })
  const previous = (header: string, path: string): readonly number[] =>
    presentedCredentials(request({ cookie: header }, { path }), migrated).previous.map((one) =>
      migrated.cookies.previously.indexOf(one),
    )
  assert.deepEqual(previous('theme=dark', '/'), [])
  assert.deepEqual(previous(`${session}=s; ${access}=a`, '/'), [])
  assert.deepEqual(previous(`${session}=s; sid=x`, '/'), [0, 1])
  assert.deepEqual(previous(`${refresh}=r`, '/auth/refresh'), [], 'the present one')
  assert.deepEqual(previous(`${refresh}=r`, '/auth/refresh/deep'), [])
  assert.deepEqual(previous(`${refresh}=r; ${refresh}=r`, '/auth/refresh'), [2, 3])
  for (const path of ['/', '/auth', '/auth/refreshed']) assert.deepEqual(previous(`${refresh}=r`, path), [2, 3], path)

  const presented = presentedCredentials(request({ cookie: 'sid=hp_s.x; SID=y' }), migrated)
  assert.deepEqual(presented.cookies, { session: [], access: [], refresh: [] })
  const beside = presentedCredentials(request({ cookie: 'sid=x', authorization: 'Bearer a.b.c' }), migrated)
  assert.deepEqual(beside.previous, [], 'beside a bearer token cookies are ignored')
})

test('C15 a name used before is met by its exact bytes alone', () => {
  const migrated = policyOf({ cookies: { previously: [{ name: 'connect.sid' }] } })
  for (const header of ['Connect.sid=x', 'connect%2Esid=x', '\u00a0connect.sid=x', 'xconnect.sid=x', 'connect.sid'])
    assert.deepEqual(presentedCredentials(request({ cookie: header }), migrated).previous, [], header)
})
