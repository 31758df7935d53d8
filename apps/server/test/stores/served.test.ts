import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { MembersAnswer } from '#src/admin/contract.js'
import { record } from '../record.js'
import { folder, serving, start, type Started } from '../server-process.js'
import { type Answer, client, type TestClient } from '../test-client.js'
import { freePort } from '../test-server.js'
import { until } from '../until.js'
import { prepareRedis, type RealServer, startPostgres, startRedis, storePassword } from './real-servers.js'

const anna = { email: 'anna@example.com', password: 'violet tram under seven' }
const operatorKey = 'Jt4Wq9Zx2Lm7Vc5Bn8Kd3Rf6Hs1Gp0YaUe'
const operator = { authorization: `Bearer ${operatorKey}` }
const issuer = 'http://localhost:7199'

interface Instance extends Started {
  readonly origin: string
}

/** Real server processes on one store, which people reach under one origin. */
async function instances(t: TestContext, count: number, { address }: RealServer): Promise<readonly Instance[]> {
  record({ root: operatorKey })
  const cwd = folder(t)
  const started: Instance[] = []
  for (let index = 0; index < count; index += 1) {
    const port = await freePort()
    const env = { HALLPASS_STORE: address, HALLPASS_ISSUER: issuer, HALLPASS_OPERATOR_KEY: operatorKey }
    started.push(Object.assign(start(t, cwd, { ...env, PORT: String(port) }), { origin: `http://localhost:${port}` }))
  }
  await Promise.all(started.map(serving))
  return started
}

/** A page of the one origin, as an instance behind a load balancer sees it. */
function page({ origin }: Instance, cookies = new Map<string, string>()): TestClient {
  return Object.assign(client(origin, { origin: issuer, 'sec-fetch-site': 'same-origin' }), { cookies })
}

/** Nothing that the process said holds what opens the store or the server. */
function tellsNoSecret({ stdout, stderr }: Started): void {
  for (const secret of [storePassword, operatorKey]) assert.ok(!`${stdout}${stderr}`.includes(secret))
}

async function isReady(instance: Instance): Promise<boolean> {
  return (await page(instance).get('/readyz')).status === 200
}

async function membersAt(instance: Instance): Promise<MembersAnswer> {
  const answer = await page(instance).get('/admin/members', operator)
  assert.equal(answer.status, 200, answer.text)
  return JSON.parse(answer.text) as MembersAnswer
}

function isTrouble(answer: Answer): void {
  assert.deepEqual([answer.status, answer.json?.code], [503, 'store-unavailable'], answer.text)
  assert.deepEqual(answer.headers.getSetCookie(), [])
}

for (const [engine, startEngine] of [
  ['Redis', startRedis],
  ['Postgres', startPostgres],
] as const) {
  test(`promises 1 and 3, ${engine}: revoked on one server is refused by the other; the store dies and comes back`, async (t) => {
    const store = await startEngine(t)
    const [one, other] = (await instances(t, 2, store)) as [Instance, Instance]
    assert.match(one.stdout, new RegExp(` data +${engine.toLowerCase()}://127\\.0\\.0\\.1:${store.port}`))
    assert.match(one.stdout, / secret +\S+data\/hallpass\.secret\n/)

    const kept = page(one)
    const lost = page(one)
    const { id } = (await kept.post('/auth/sign-up', anna)).json.session
    const doomed = (await lost.post('/auth/sign-in', anna)).json.session.id
    const there = { kept: page(other, kept.cookies), lost: page(other, lost.cookies) }
    // both instances serve, and so hold a lease, when it happens
    await until(async () => {
      for (const visitor of [kept, lost, there.kept, there.lost])
        assert.equal((await visitor.get('/auth/session')).status, 200)
      const { members } = await membersAt(one)
      return members.length === 2 && members.every(({ behind }) => behind === 0)
    })
    const revoked = await kept.request('DELETE', `/auth/sessions/${doomed}`)
    assert.deepEqual([revoked.status, revoked.json.receipt?.complete], [200, true], revoked.text)
    for (const visitor of [page(other, new Map(lost.cookies)), page(one, new Map(lost.cookies))])
      assert.equal((await visitor.get('/auth/session')).status, 401)
    assert.equal((await there.kept.get('/auth/session')).json.session.id, id)
    const { members, log } = await membersAt(other)
    assert.equal(members.filter(({ self }) => self).length, 1)
    assert.ok(log.sequence >= 1 && log.lease.lag !== null)

    await store.kill()
    for (const instance of [one, other]) {
      isTrouble(await page(instance).get('/readyz'))
      isTrouble(await page(instance).post('/auth/sign-in', anna))
      assert.equal((await page(instance).get('/healthz')).status, 200)
      assert.equal((await page(instance).get('/metrics', operator)).status, 200, 'metrics need no store')
    }
    await until(async () => {
      // memory answers while the lease lasts
      const answer = await there.kept.get('/auth/session')
      if (answer.status !== 200) isTrouble(answer)
      return answer.status !== 200
    })

    await store.start()
    await until(async () => (await isReady(one)) && (await isReady(other)))
    assert.equal((await there.kept.get('/auth/session')).json.session.id, id, 'nobody was signed out')
    assert.equal((await page(other, new Map(lost.cookies)).get('/auth/session')).status, 401, 'nor let in again')
    for (const instance of [one, other]) {
      instance.child.kill('SIGTERM')
      assert.equal(await instance.exited, 0, instance.stdout + instance.stderr)
      tellsNoSecret(instance)
    }
  })

  test(`promise 3, ${engine}: a store that is away is no reason not to start, and the server finds it later`, async (t) => {
    const store = await startEngine(t)
    await store.kill()
    const [one] = (await instances(t, 1, store)) as [Instance]
    assert.match(one.stdout, / trouble +.*cannot be reached/)
    isTrouble(await page(one).get('/readyz'))
    isTrouble(await page(one).post('/auth/sign-up', anna))
    assert.equal(one.child.exitCode, null)
    await store.start()
    await until(() => isReady(one))
    assert.equal((await page(one).post('/auth/sign-up', anna)).status, 200)
    tellsNoSecret(one)
  })
}

const refused: {
  readonly [name: string]: { readonly open: (t: TestContext) => Promise<RealServer>; readonly says: RegExp }
} = {
  'a Redis that evicts': {
    open: (t) => startRedis(t, '--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru'),
    says: /HALLPASS_STORE has maxmemory-policy allkeys-lru[^]*\n +Set maxmemory-policy noeviction/,
  },
  'a Redis replica': {
    open: async (t) => startRedis(t, '--replicaof', '127.0.0.1', String((await startRedis(t)).port)),
    says: /HALLPASS_STORE is a replica[^]*\n +Connect to the primary/,
  },
  'a Postgres that takes no writes': {
    open: async (t) => {
      const store = await startPostgres(t)
      return { ...store, address: `${store.address}?options=-c%20default_transaction_read_only%3Don` }
    },
    says: /HALLPASS_STORE .*is read-only[^]*\n +Turn it off/,
  },
}

for (const [name, { open, says }] of Object.entries(refused)) {
  test(`promise 10: on ${name} it does not start, and says what to do`, async (t) => {
    const { address } = await open(t)
    const started = start(t, folder(t), { HALLPASS_STORE: address, PORT: String(await freePort()) })
    assert.equal(await started.exited, 78, started.stdout + started.stderr)
    assert.match(started.stderr, says)
    assert.doesNotMatch(started.stdout, /Hallpass is at/)
    tellsNoSecret(started)
  })
}

test('a Redis that promises less is told at the start, with the remedy, and logged', async (t) => {
  const store = await prepareRedis(t, '--appendonly', 'no')
  await store.start()
  const [one] = (await instances(t, 1, store)) as [Instance]
  assert.match(one.stdout, / warning +Redis keeps no append-only file.*\n +Set appendonly yes\.\n/)
  const logged = one.stdout.split('\n').filter((line) => line.startsWith('{') && line.includes('redis-no-aof'))
  assert.equal(logged.length, 1, one.stdout)
})
