import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVerifier, type KeySet, type Verifier } from 'hallpass/verify'
import { folder, serving, start } from './server-process.js'
import { client, nativeApp } from './test-client.js'
import { freePort, quickPasswords, testServer } from './test-server.js'
import { record } from './record.js'
import { until } from './until.js'

const key = 'Tn4Vb8Xc2Md6Kf1Hj5Lp9Ws3YgRk7Vt0Jm-AeUiOo'
const operatorKey = 'Jt4Wq9Zx2Lm7Vc5Bn8Kd3Rf6Hs1Gp0YaUe'
const anna = { email: 'anna@example.com', password: 'violet tram under seven' }
const log = '/.well-known/hallpass/log'

/** What a resource server elsewhere would make of it. */
async function verifierOf(origin: string): Promise<Verifier> {
  const jwks = JSON.parse((await client(origin, {}).get('/.well-known/jwks.json')).text) as KeySet
  return createVerifier({ issuer: origin, audience: origin, jwks, log: { address: origin, key } })
}

test('without a log key in the configuration there is nothing there', async (t) => {
  const { origin } = await testServer(t)
  const nowhere = await client(origin, {}).get('/nothing-of-the-kind')
  for (const path of [log, `${log}/lease`, `${log}/position`]) {
    const answer = await client(origin, { authorization: `Bearer ${key}` }).get(path)
    assert.deepEqual([answer.status, answer.text], [404, nowhere.text], path)
  }
})

test('whoever does not hold the log key is told nothing; the operator key does not open it', async (t) => {
  const { origin, logged } = await testServer(t, { logKeys: [key], operatorKey })
  for (const authorization of ['', `Bearer ${operatorKey}`, `Basic ${key}`, `Bearer ${key}x`]) {
    for (const path of [log, `${log}/lease`, `${log}/nothing`]) {
      const answer = await client(origin, {}).get(path, authorization === '' ? {} : { authorization })
      assert.deepEqual([answer.status, answer.json.code], [401, 'log-key-required'], `${path} ${authorization}`)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      assert.equal(answer.headers.get('access-control-allow-origin'), null)
    }
  }
  assert.ok(logged.some((line) => line.includes('"status":401') && line.includes(log)))
})

test('a verifier elsewhere refuses a session as soon as it was signed out, and the metrics show it', async (t) => {
  const setting = { logKeys: [key], operatorKey, passwords: quickPasswords, strategy: 'hybrid' } as const
  const { origin, stop } = await testServer(t, setting)
  const app = nativeApp(origin)
  const { tokens } = (await app.post('/auth/sign-up', anna)).json
  const verifier = await verifierOf(origin)
  const token = tokens!.accessToken!
  await until(async () => (await verifier.verify(token)).ok)
  const metric = async (name: string): Promise<number> => {
    const { text } = await client(origin, { authorization: `Bearer ${operatorKey}` }).get('/metrics')
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
  }
  await until(async () => (await metric('hallpass_log_streams')) === 1)
  assert.equal(await metric('hallpass_remote_verifiers'), 1)
  assert.equal((await app.post('/auth/sign-out')).status, 200)
  const verdict = await verifier.verify(token)
  assert.deepEqual([verdict.ok, !verdict.ok && verdict.code], [false, 'ended'])
  assert.equal(await metric('hallpass_log_streamed_entries_total'), 1)
  const began = performance.now()
  await stop()
  assert.ok(performance.now() - began < 4000, 'an open stream does not hold it up')
  await verifier.close()
})

test('a server with streams open stops when it is told to, and its verifiers believe no longer than they may', async (t) => {
  const [cwd, port] = [folder(t), await freePort()]
  const origin = `http://localhost:${port}`
  record({ root: key })
  const env = { PORT: String(port), HALLPASS_LOG_KEY: key, HALLPASS_STRATEGY: 'hybrid' }
  const server = start(t, cwd, env)
  await serving(server)
  const { tokens } = (await nativeApp(origin).post('/auth/sign-up', anna)).json
  const verifier = await verifierOf(origin)
  await until(async () => (await verifier.verify(tokens!.accessToken!)).ok)
  server.child.kill('SIGTERM')
  assert.equal(await server.exited, 0, server.stdout + server.stderr)
  const verdict = await verifier.verify(tokens!.accessToken!)
  assert.deepEqual([verdict.ok, !verdict.ok && verdict.code], [false, 'log-unavailable'])
  await verifier.close()
})
