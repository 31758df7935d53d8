import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { calculateJwkThumbprint } from 'jose'
import type { ClientBody } from '#src/admin/contract.js'
import { body, everything, makeClient, oauthServer, orders } from '../oauth/oauth-server.js'
import { client } from '../test-client.js'

const ed = generateKeyPairSync('ed25519')
const publicJwk = ed.publicKey.export({ format: 'jwk' })
const privateJwk = ed.privateKey.export({ format: 'jwk' })
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })

test('a client from its making to its end; the secret is shown once, and is nowhere after that', async (t) => {
  const { operator, store, logged } = await oauthServer(t)
  const made = await operator.post('/admin/clients', { ...everything, scopes: ['read'] })
  const { client: first, secret } = body(made)
  assert.deepEqual([made.status, made.headers.get('cache-control')], [201, 'no-store'])
  assert.match(secret ?? '', /^hp_c\.[\w-]{43}$/)
  const expected: Omit<ClientBody, 'id' | 'createdAt' | 'secrets'> = {
    name: 'Gateway',
    grants: ['client_credentials', 'token-exchange', 'introspect'],
    audiences: [orders],
    scopes: ['read'],
    keys: [],
    disabledAt: null,
  }
  const { id, createdAt, secrets, ...rest } = first
  assert.match(id, /^c_[\w-]{22}$/)
  assert.ok(Math.abs(createdAt - Date.now()) < 60_000)
  assert.deepEqual([rest, secrets.length], [expected, 1])

  const { client: second } = body(await operator.post('/admin/clients', everything))
  const listed = await operator.get('/admin/clients')
  assert.deepEqual(body(listed).clients, [first, second])
  const found = await operator.get(`/admin/clients/${id}`)
  assert.deepEqual(body(found).client, first)
  const change = { name: 'Edge', scopes: [], disabled: true }
  const changed = body(await operator.request('PATCH', `/admin/clients/${id}`, { json: change })).client
  const { disabledAt } = changed
  assert.ok(disabledAt !== null && disabledAt >= createdAt)
  assert.deepEqual(changed, { ...first, name: 'Edge', scopes: [], disabledAt })
  const again = await operator.request('PATCH', `/admin/clients/${id}`, { json: { disabled: true } })
  assert.equal(body(again).client.disabledAt, disabledAt)

  const stored = (await store.clients.find(id))!
  for (const text of [listed.text, found.text, again.text]) assert.ok(!text.includes(stored.secretHashes[0]!))
  for (const text of [listed.text, found.text, again.text, logged.join(''), JSON.stringify(stored)])
    assert.ok(!text.includes(secret!.slice(5)))

  for (const status of [204, 204])
    assert.equal((await operator.request('DELETE', `/admin/clients/${id}`)).status, status)
  assert.equal((await operator.get(`/admin/clients/${id}`)).status, 404)
  assert.deepEqual(body(await operator.get('/admin/clients')).clients, [second])
})

test('a client with keys of its own has no secret until it is given one', async (t) => {
  const { operator } = await oauthServer(t)
  const made = await operator.post('/admin/clients', { ...everything, keys: [publicJwk] })
  const { client: first, secret } = body(made)
  const kid = await calculateJwkThumbprint(publicJwk)
  assert.deepEqual([made.status, secret, first.secrets], [201, null, []])
  assert.deepEqual(first.keys, [{ ...publicJwk, alg: 'EdDSA', kid }])
  const named = await operator.request('PATCH', `/admin/clients/${first.id}`, {
    json: { keys: [{ ...publicJwk, kid: 'k1' }] },
  })
  assert.deepEqual(body(named).client.keys, [{ ...publicJwk, alg: 'EdDSA', kid: 'k1' }])
  const added = await operator.post(`/admin/clients/${first.id}/secrets`)
  assert.equal(body(added).client.secrets.length, 1)
})

const wrongFields: readonly (readonly [what: string, wrong: object, field: string])[] = [
  ['no name', { name: undefined }, 'name'],
  ['a name with a line break', { name: 'a\nb' }, 'name'],
  ['a name that is too long', { name: 'a'.repeat(65) }, 'name'],
  ['a name of spaces', { name: ' ' }, 'name'],
  ['no grants', { grants: [] }, 'grants'],
  ['a grant that OAuth 2.1 dropped', { grants: ['password'] }, 'grants[0]'],
  ['a grant twice', { grants: ['introspect', 'introspect'] }, 'grants'],
  ['no audiences', { audiences: undefined }, 'audiences'],
  ['audiences that are no list', { audiences: orders }, 'audiences'],
  ['an audience with a space', { audiences: ['two words'] }, 'audiences[0]'],
  ['an audience twice', { audiences: [orders, orders] }, 'audiences'],
  ['33 audiences', { audiences: Array.from({ length: 33 }, (_, index) => `a${index}`) }, 'audiences'],
  ['a scope with a space', { scopes: ['read write'] }, 'scopes[0]'],
  ['a scope with a quote', { scopes: ['"'] }, 'scopes[0]'],
  ['a private key', { keys: [privateJwk] }, 'keys[0]'],
  ['a weak key', { keys: [{ ...weak, alg: 'RS256' }] }, 'keys[0]'],
  ['a symmetric key', { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }, 'keys[0]'],
  ['a key that is text', { keys: ['ssh-ed25519 AAAA'] }, 'keys[0]'],
  ['a key whose kid is a number', { keys: [{ ...publicJwk, kid: 1 }] }, 'keys[0]'],
  ['two keys of one kid', { keys: [publicJwk, publicJwk] }, 'keys'],
  ['an id of its choice', { id: 'c_0123456789012345678901' }, 'id'],
  ['a secret of its choice', { secretHashes: ['x'] }, 'secretHashes'],
]

for (const [what, wrong, field] of wrongFields) {
  test(`${what}: refused by name, with a remedy, and nothing is stored`, async (t) => {
    const server = await oauthServer(t)
    const { id } = await makeClient(server)
    const before = await server.store.clients.list()
    const json = { ...everything, ...wrong }
    const answers = [await server.operator.post('/admin/clients', json)]
    if (Object.values(wrong)[0] !== undefined)
      answers.push(await server.operator.request('PATCH', `/admin/clients/${id}`, { json: wrong }))
    for (const answer of answers) {
      assert.deepEqual([answer.status, answer.json.code], [400, 'bad-request'], answer.text)
      const mistake = answer.json.errors?.find((mistake) => mistake.field === field)
      assert.ok(mistake !== undefined && mistake.problem !== '' && mistake.remedy !== '', answer.text)
    }
    assert.deepEqual(await server.store.clients.list(), before)
  })
}

test('no private key is ever echoed', async (t) => {
  const { operator, logged } = await oauthServer(t)
  const answer = await operator.post('/admin/clients', { ...everything, keys: [privateJwk] })
  assert.equal(answer.status, 400)
  for (const text of [answer.text, logged.join('')]) assert.ok(!text.includes(privateJwk.d!))
})

test('only operators make, see or change clients', async (t) => {
  const server = await oauthServer(t)
  const { id, basic } = await makeClient(server)
  for (const authorization of ['', basic]) {
    for (const [method, path] of [
      ['GET', '/admin/clients'],
      ['POST', '/admin/clients'],
      ['GET', `/admin/clients/${id}`],
      ['PATCH', `/admin/clients/${id}`],
      ['DELETE', `/admin/clients/${id}`],
      ['POST', `/admin/clients/${id}/secrets`],
      ['DELETE', `/admin/clients/${id}/secrets/x`],
    ] as const) {
      const stranger = client(server.origin, authorization === '' ? {} : { authorization })
      const answer = await stranger.request(method, path, method === 'GET' ? {} : { json: everything })
      assert.deepEqual([answer.status, answer.json.code], [401, 'operator-key-required'], `${method} ${path}`)
    }
  }
  assert.equal((await server.store.clients.list()).length, 1)
})

test('what does not exist is not found, whatever stands in its place', async (t) => {
  const server = await oauthServer(t)
  const { id } = await makeClient(server)
  for (const other of ['c_0123456789012345678901', 'u_1', "c_' OR 1=1", '%00', '..%2f']) {
    // what nobody may read in two ways does not get as far
    const refused = other.includes('%') ? [400, 'ambiguous-address'] : [404, 'not-found']
    for (const [method, path] of [
      ['GET', `/admin/clients/${other}`],
      ['PATCH', `/admin/clients/${other}`],
      ['POST', `/admin/clients/${other}/secrets`],
      ['DELETE', `/admin/clients/${other}/secrets/x`],
      ['DELETE', `/admin/clients/${id}/secrets/${other}`],
    ] as const) {
      const answer = await server.operator.request(method, path, method === 'GET' ? {} : { json: {} })
      assert.deepEqual([answer.status, answer.json.code], refused, `${method} ${path}`)
    }
  }
})

test('of two operators who change one client at once, neither undoes the other', async (t) => {
  const server = await oauthServer(t)
  const { id } = await makeClient(server)
  const patch = (json: object) => server.operator.request('PATCH', `/admin/clients/${id}`, { json })
  const answers = await Promise.all([patch({ name: 'One' }), patch({ scopes: ['read'] }), patch({ disabled: true })])
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  )
  const { name, scopes, disabledAt } = (await server.store.clients.find(id))!
  assert.deepEqual([name, scopes, disabledAt !== null], ['One', ['read'], true])
})
