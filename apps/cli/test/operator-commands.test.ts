import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import type {
  ClientAnswer,
  ClientsAnswer,
  ClientSecretAnswer,
  KeysAnswer,
  ReceiptAnswer,
  RehearsalAnswer,
  SessionsAnswer,
  SubjectAndReceiptAnswer,
  SubjectAnswer,
  SubjectsAnswer,
  SubjectSessionAnswer,
} from 'hallpass-server/contract'
import { sqlite } from 'hallpass/sqlite'
import { temporaryFolder } from './hallpass.js'
import { operatorKey, place, placeOf, served } from './operator.js'

const slow = { timeout: 300_000 }
const receiptForm = /Ended( on (this server|\d+ of \d+ servers))?(, and by waiting for the rest,)? in [\d.]+ m?s\.\n$/

for (const [how, where] of [
  ['in this process', place],
  ['over HTTP', served],
] as const) {
  test(`sessions, ${how}: listed, looked at, ended one by one and all together`, slow, async (t) => {
    const { json, run, id, session } = await where(t)
    const { sessions } = await json<SessionsAnswer>('sessions', 'list', 'Ada@Example.com')
    assert.equal(sessions.length, 2)
    const listed = await run('sessions', 'list', id)
    assert.equal(listed.status, 0)
    assert.match(listed.stdout, /^SESSION +DEVICE +NETWORK +METHOD +SIGNED IN +LAST SEEN\n/)
    assert.match(listed.stdout, /Firefox on Linux +192\.0\.2\.0\/24 +pwd +\d{4}-\d\d-\d\d \d\d:\d\d +/)
    assert.equal((await json<SubjectSessionAnswer>('sessions', 'get', session)).subject.id, id)
    assert.match((await run('sessions', 'get', session)).stdout, /of +ada@example\.com \(u_/)

    const refused = await run('sessions', 'revoke', session)
    assert.deepEqual([refused.status, refused.stdout], [64, ''])
    assert.match(refused.stderr, /signs ada@example\.com out on Firefox on Linux\..*--yes/)
    const revoked = await run('sessions', 'revoke', session, '--yes')
    assert.equal(revoked.status, 0)
    assert.match(revoked.stdout, receiptForm)
    const gone = await run('sessions', 'get', session)
    assert.deepEqual([gone.status, gone.stdout], [1, ''])
    assert.match(gone.stderr, /no such session \(no-such-session\)/i)

    assert.equal((await run('sessions', 'revoke-everything')).status, 64)
    const all = await json<ReceiptAnswer>('sessions', 'revoke-everything', '--yes')
    assert.equal(all.receipt.ended, 'everything')
    assert.equal((await run('sessions', 'list', id)).stdout, 'No sessions.\n')
  })

  test(`subjects, ${how}: searched, shown, given roles, kept out and let in`, slow, async (t) => {
    const { json, run, id } = await where(t)
    const { subjects } = await json<SubjectsAnswer>('subjects', 'search', 'ADA')
    assert.deepEqual(
      subjects.map((one) => [one.id, one.account?.email, one.sessions]),
      [[id, 'ada@example.com', 2]],
    )
    assert.match((await run('subjects', 'search')).stdout, /ada@example\.com.*\n.*ben@example\.com/)
    assert.match((await run('subjects', 'search', 'nobody')).stdout, /^Nobody\.\n$/)
    const given = await run('subjects', 'grant', 'ada@example.com', 'operator')
    assert.deepEqual([given.status, given.stdout], [0, 'ada@example.com has operator.\n'])
    const two = await json<SubjectAnswer>('subjects', 'grant', id, 'billing')
    assert.deepEqual(two.subject.account?.roles, ['operator', 'billing'])
    assert.match((await run('subjects', 'show', id)).stdout, /email +ada@example\.com\n.*\nroles +operator, billing\n/)
    assert.equal((await run('subjects', 'revoke-role', id, 'operator')).stdout, 'ada@example.com has billing.\n')
    assert.equal((await run('subjects', 'grant', id, 'No Role')).status, 65)

    const ended = await json<SubjectAndReceiptAnswer>('subjects', 'end', id, '--yes')
    assert.deepEqual([ended.subject.sessions, ended.receipt.target], [0, id])
    assert.equal((await run('subjects', 'disable', id)).status, 64)
    assert.match((await run('subjects', 'disable', id, '-y')).stdout, receiptForm)
    assert.match((await run('subjects', 'search', 'ada')).stdout, /disabled/)
    assert.match((await run('subjects', 'enable', id)).stdout, /may sign in again/)
    const missing = await run('subjects', 'show', 'ad@example.com')
    assert.deepEqual([missing.status, missing.stderr], [1, 'hallpass: nobody has the email or id "ad@example.com"\n'])
  })
}

test('keys: listed with a time line, rehearsed, and revoked', slow, async (t) => {
  const { json, run } = await served(t)
  const { keys } = await json<KeysAnswer>('keys', 'list')
  const { stdout } = await run('keys', 'list')
  for (const { kid } of keys) assert.match(stdout, new RegExp(`${kid}.* [.=-]*\\|[.=-]*\\n`))
  assert.match(stdout, /goes to work by itself on \d{4}-.*, in \d+ /)
  const rehearsal = await json<RehearsalAnswer>('keys', 'rehearse')
  assert.equal(rehearsal.now.keys.length, keys.length)
  assert.match((await run('keys', 'rehearse')).stdout, /^Now\n[^]*After a rotation\n[^]*(?:safe now|is refused)/)
  assert.equal((await run('keys', 'rotate')).status, 64)
  const rotated = await run('keys', 'rotate', '--yes')
  // too soon after the ring began
  assert.deepEqual([rotated.status, rotated.stdout], [77, ''])
  assert.match(rotated.stderr, /rotation-too-soon/)
  const active = keys.find(({ state }) => state === 'active')!
  assert.match((await run('keys', '--yes', '--', 'revoke', active.kid)).stdout, receiptForm)
  const after = (await json<KeysAnswer>('keys', 'list')).keys.find(({ kid }) => kid === active.kid)
  assert.ok(after === undefined || after.state === 'retired', after?.state)
  assert.equal((await run('keys', 'revoke', 'nothing', '--yes')).status, 1)
})

test('clients: made, changed, given secrets, removed', slow, async (t) => {
  const { folder, json, run } = await place(t)
  const settings = ['--name', 'Orders', '--grant', 'client_credentials', '--audience', 'https://invoices.example']
  const made = await json<ClientSecretAnswer>('clients', 'create', ...settings)
  assert.match(made.secret ?? '', /^hp_c\./)
  const { id } = made.client
  assert.match((await run('clients', 'list')).stdout, new RegExp(`${id} +Orders +client_credentials +https://invoices`))
  const scoped = await json<ClientAnswer>('clients', 'change', id, '--scope', 'read', '--scope', 'write', '--disable')
  assert.deepEqual([scoped.client.scopes, scoped.client.disabledAt !== null], [['read', 'write'], true])
  const key = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  writeFileSync(join(folder, 'key.json'), JSON.stringify(key))
  const keyed = await json<ClientAnswer>('clients', 'change', id, '--key', 'key.json', '--enable')
  assert.deepEqual([keyed.client.keys.length, keyed.client.disabledAt], [1, null])

  const more = await run('clients', 'add-secret', id)
  assert.match(more.stdout, /\nhp_c\.[\w-]{43}\nThis is its secret\. It is not shown again\.\n$/)
  assert.equal((await run('clients', 'add-secret', id)).status, 77)
  const [secret] = made.client.secrets
  assert.equal((await run('clients', '--', 'remove-secret', id, secret!.id)).status, 64)
  const left = await json<ClientAnswer>('clients', '--yes', '--', 'remove-secret', id, secret!.id)
  assert.equal(left.client.secrets.length, 1)
  assert.match((await run('clients', 'show', id)).stdout, /scopes +read, write\n/)
  assert.equal((await run('clients', 'remove', id)).status, 64)
  assert.equal((await run('clients', 'remove', id, '--yes')).stdout, 'Orders is removed.\n')
  assert.deepEqual((await json<ClientsAnswer>('clients', 'list')).clients, [])
  assert.equal((await run('clients', 'show', id)).status, 1)

  const wrong = await run('clients', 'create', '--name', ' ', '--grant', 'password')
  assert.deepEqual([wrong.status, wrong.stdout], [65, ''])
  for (const field of ['name', 'grants[0]', 'audiences'])
    assert.ok(wrong.stderr.includes(`\n  ${field} `), wrong.stderr)
})

test('a command in this process leaves no instance behind, and what it did is kept', slow, async (t) => {
  const { folder, run, id } = await place(t)
  assert.equal((await run('subjects', 'end', id, '--yes')).status, 0)
  const store = sqlite(join(folder, 'hallpass.db'))
  t.after(() => store.close())
  assert.deepEqual(await store.log.members(), [])
  const [act] = await store.audit.list({ filter: { by: 'type', is: 'operator-acted' }, before: null, limit: 1 })
  assert.deepEqual([act?.subject, act?.details['by'], act?.details['status']], [id, 'key', 200])
})

test('what is given wrongly is told before anything is opened', slow, async (t) => {
  const folder = temporaryFolder(t)
  const { run } = placeOf(folder, {})
  const wrong: readonly (readonly string[])[] = [
    ...[
      ['sessions'],
      ['sessions', 'dance'],
      ['sessions', 'list'],
      ['sessions', 'list', 'a', 'b'],
      ['sessions', 'get', ''],
    ],
    ...[
      ['sessions', 'list', 'a', '--name', 'x'],
      ['sessions', 'constructor'],
      ['subjects', 'grant', 'a'],
    ],
    ...[
      ['subjects', 'show', 'a', '--after', 'x'],
      ['keys', 'rotate', 'now'],
      ['keys', 'list', '--loud'],
    ],
    ...[
      ['clients', 'show', 'a', '--name', 'x'],
      ['clients', 'change', 'a', '--server'],
    ],
  ]
  for (const args of wrong) {
    const { status, stdout, stderr } = await run(...args)
    assert.deepEqual([status, stdout], [64, ''], args.join(' '))
    assert.match(stderr, /^hallpass: .*Try: hallpass \w+ --help\n$/, args.join(' '))
  }
  for (const name of ['sessions', 'subjects', 'keys', 'clients'])
    assert.match((await run(name, '--help')).stdout, new RegExp(`^Usage: hallpass ${name} `))
  assert.deepEqual(readdirSync(folder), [])
})

test("where no server was ever started nothing is begun, and memory is nobody else's to see", slow, async (t) => {
  const folder = temporaryFolder(t)
  const cases: readonly (readonly [env: { [name: string]: string }, told: RegExp])[] = [
    [{}, /does not exist\.\n +Run this where the server is, or name it: --server URL/],
    [{ HALLPASS_STORE: 'memory:' }, /memory:, which nobody but the server itself can see/],
    [
      { HALLPASS_SECRET: 'q7Rw2kZp9XvLm4TbYc8NdHs3FgJu6AeKx1Vo5WiB' },
      /there is no database .*hallpass\.db\. Run this where the server is/,
    ],
    [{ HALLPASS_STRATEGY: 'cookies' }, /HALLPASS_STRATEGY is no strategy/],
  ]
  for (const [env, told] of cases) {
    const { status, stdout, stderr } = await placeOf(folder, env).run('sessions', 'list', 'a')
    assert.deepEqual([status, stdout], [78, ''], JSON.stringify(env))
    assert.match(stderr, told)
  }
  assert.ok(!existsSync(join(folder, 'data')))
})

test(
  'a server that is named wrongly, away, another one or not ours is told, and the key goes nowhere else',
  slow,
  async (t) => {
    const folder = temporaryFolder(t)
    const ask = (HALLPASS_SERVER: string, key = operatorKey) =>
      placeOf(folder, { HALLPASS_SERVER, HALLPASS_OPERATOR_KEY: key }).run('subjects', 'search')
    for (const address of ['localhost:7100', 'ftp://localhost', 'http://a@localhost', 'http://localhost/x', 'nonsense'])
      assert.equal((await ask(address)).status, 64, address)
    for (const key of ['', 'two words', 'a\nb']) assert.equal((await ask('http://localhost:9', key)).status, 78)

    const seen: string[] = []
    const stranger = createServer((request, response) => {
      seen.push(request.url ?? '')
      if (request.url?.startsWith('/admin') === true) response.writeHead(302, { location: '/elsewhere' })
      response.end('<html>Hello</html>')
    })
    stranger.listen(0, 'localhost')
    await once(stranger, 'listening')
    const { port } = stranger.address() as AddressInfo
    const answered = await ask(`http://localhost:${port}`)
    assert.equal(answered.status, 69)
    assert.match(answered.stderr, /is no Hallpass server/)
    assert.deepEqual(seen, ['/admin/subjects?search='])
    stranger.closeAllConnections()
    stranger.close()
    await once(stranger, 'close')
    const away = await ask(`http://localhost:${port}`)
    assert.equal(away.status, 69)
    assert.match(away.stderr, /cannot be reached: ECONNREFUSED/)
  },
)

test('a server that refuses the key says so', slow, async (t) => {
  const { env, folder } = await served(t)
  const wrong = placeOf(folder, { ...env, HALLPASS_OPERATOR_KEY: operatorKey.slice(1) })
  const { status, stderr } = await wrong.run('subjects', 'search')
  assert.equal(status, 77)
  assert.match(stderr, /operator-key-required/)
  assert.ok(!stderr.includes(operatorKey.slice(1)))
})
