import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { folder, serving, start } from './server-process.js'
import { browser } from './test-client.js'
import { freePort } from './test-server.js'

const anna = { email: 'anna@example.com', password: 'violet tram under seven' }

test('start, sign up, stop, start again: users and sessions are still there', async (t) => {
  const [cwd, port] = [folder(t), await freePort()]
  const origin = `http://localhost:${port}`
  const env = { PORT: String(port) }
  const first = start(t, cwd, env)
  await serving(first)
  assert.match(first.stdout, new RegExp(`Hallpass is at ${origin}\n`))
  assert.ok(first.stdout.includes(join(cwd, 'data/hallpass.db')), first.stdout)
  assert.equal(statSync(join(cwd, 'data/hallpass.secret')).mode & 0o777, 0o600)
  const [page, other] = [browser(origin), browser(origin)]
  const { id } = (await page.post('/auth/sign-up', anna)).json.session
  first.child.kill('SIGTERM')
  assert.equal(await first.exited, 0, first.stdout + first.stderr)

  const second = start(t, cwd, env)
  await serving(second)
  assert.equal((await page.get('/auth/session')).json.session.id, id)
  assert.equal((await other.post('/auth/sign-in', anna)).status, 200)
  second.child.kill('SIGINT')
  assert.equal(await second.exited, 0, second.stdout + second.stderr)
})

test('two first starts at the same time agree on the root secret', async (t) => {
  const cwd = folder(t)
  const ports = [await freePort(), await freePort()]
  const [one, other] = ports.map((port) =>
    start(t, cwd, { PORT: String(port), HALLPASS_ISSUER: 'http://localhost:7100' }),
  )
  assert.ok(one && other)
  await Promise.all([serving(one), serving(other)])
  const page = browser(`http://localhost:${ports[0]}`, new Set())
  const headers = { origin: 'http://localhost:7100' }
  assert.equal((await page.post('/auth/sign-up', anna, headers)).status, 200)
  const { cookies } = page
  const there = browser(`http://localhost:${ports[1]}`)
  for (const [name, value] of cookies) there.cookies.set(name, value)
  assert.equal((await there.get('/auth/session')).status, 200)
})

test('promise 10: every mistake and its remedy at once, exit code 78, and nothing was started or created', async (t) => {
  const cwd = folder(t)
  writeFileSync(join(cwd, 'hallpass.config.json'), '{"lifetimes":{"idle":"a day"},"colour":"red"}')
  const started = start(t, cwd, { HALLPASS_STRATEGY: 'cookies', PORT: 'http', HALLPASS_STORE: 'mysql://x' })
  assert.equal(await started.exited, 78)
  for (const field of ['HALLPASS_STRATEGY', 'PORT', 'HALLPASS_STORE', 'lifetimes.idle', 'colour'])
    assert.match(started.stderr, new RegExp(field))
  assert.match(started.stderr, /Use "session", "hybrid" or "jwt"\./)
  assert.match(started.stderr, /5 things/)
  assert.equal(started.stdout, '')
  assert.throws(() => statSync(join(cwd, 'data')))
})

test('promise 10: no root secret in production, a weak one anywhere, http elsewhere: it does not start', async (t) => {
  const cwd = folder(t)
  const missing = start(t, cwd, { HALLPASS_ISSUER: 'https://app.example' })
  const weak = start(t, cwd, {
    HALLPASS_ISSUER: 'http://app.example',
    HALLPASS_SECRET: 'change-me-change-me-change-me-change-me',
  })
  assert.deepEqual([await missing.exited, await weak.exited], [78, 78])
  assert.match(missing.stderr, /HALLPASS_SECRET is missing[^]*openssl rand/)
  assert.match(weak.stderr, /HALLPASS_ISSUER is plain http/)
  assert.match(weak.stderr, /HALLPASS_SECRET looks like a placeholder/)
})

test('a secret file that others can read: it does not start, and says what to run', async (t) => {
  const cwd = folder(t)
  const file = join(cwd, 'hallpass.secret')
  writeFileSync(file, 'q7Rw2kZp9XvLm4TbYc8NdHs3FgJu6AeKx1Vo5WiB')
  chmodSync(file, 0o644)
  const started = start(t, cwd, { HALLPASS_STORE: 'sqlite:hallpass.db' })
  assert.equal(await started.exited, 78)
  assert.ok(started.stderr.includes(`chmod 600 ${file}`), started.stderr)
})

test('a port in use: a clear message, no stack, no process left', async (t) => {
  const cwd = folder(t)
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.after(() => taken.close())
  const address = taken.address()
  assert.ok(address !== null && typeof address === 'object')
  const started = start(t, cwd, { PORT: String(address.port), HALLPASS_STORE: 'memory:' })
  assert.equal(await started.exited, 69)
  assert.match(started.stderr, new RegExp(`Port ${address.port} is in use`))
  assert.doesNotMatch(started.stderr, /\n\s+at /)
})

test('a store that cannot be made: a clear message and an exit', async (t) => {
  const cwd = folder(t)
  writeFileSync(join(cwd, 'file'), '')
  const env = {
    HALLPASS_STORE: 'sqlite:file/hallpass.db',
    HALLPASS_SECRET: 'q7Rw2kZp9XvLm4TbYc8NdHs3FgJu6AeKx1Vo5WiB',
    PORT: String(await freePort()),
  }
  const started = start(t, cwd, env)
  assert.equal(await started.exited, 70)
  assert.match(started.stderr, /^Hallpass could not start: /)
  assert.doesNotMatch(started.stderr, /\n\s+at /)
})
