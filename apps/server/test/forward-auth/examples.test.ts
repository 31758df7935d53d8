import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { record } from '../record.js'
import { folder, serving, start } from '../server-process.js'
import { browser } from '../test-client.js'
import { freePort } from '../test-server.js'
import { caddy, examples, nginx, type ProxyProgram } from './proxies.js'
import { visit } from './scene.js'

const key = 'Hc5Wz8Qn2Lt7Bv4Xk9Rd3Mf6Jp1Gs0YaEuIo'
const anna = { email: 'anna@example.com', password: 'violet tram under seven' }

for (const proxy of [nginx, caddy]) {
  test(`examples/${proxy.name} as its README says: the server, the backend and ${proxy.name}`, async (t) => {
    const [port, hallpass, backend] = [await freePort(), await freePort(), await freePort()]
    const origin = `http://localhost:${port}`
    await startServer(t, origin, hallpass)
    await startBackend(t, origin, backend)
    await proxy.start(t, { proxy: port, hallpass, backend }, key)
    await walk(proxy, origin, port)
  })
}

async function startServer(t: TestContext, origin: string, port: number): Promise<void> {
  record({ root: key })
  const cwd = folder(t)
  cpSync(join(examples, 'nginx/hallpass.config.json'), join(cwd, 'hallpass.config.json'))
  const env = { PORT: String(port), HALLPASS_ISSUER: origin, HALLPASS_FORWARD_AUTH_KEY: key }
  // what the example's proxy finds at "localhost" is where the server of the README listens
  await serving(start(t, cwd, { ...env, HALLPASS_HOST: 'localhost' }))
}

async function startBackend(t: TestContext, origin: string, port: number): Promise<void> {
  const env = { ...process.env, HALLPASS_ISSUER: origin, PORT: String(port) }
  const backend = spawn(process.execPath, [join(examples, 'nginx/backend.js')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(backend, 'exit')
  t.after(async () => {
    backend.kill()
    await exited
  })
  await once(backend.stdout, 'data')
}

async function walk({ name }: ProxyProgram, origin: string, port: number): Promise<void> {
  const one = browser(origin)
  const sent = await visit({ port }, one, '/')
  assert.deepEqual([sent.status, sent.location], [303, '/sign-in?to=%2F'], name)
  const signIn = await visit({ port }, one, '/sign-in')
  assert.match(String(signIn.headers['content-type']), /^text\/html/)
  const open = await one.get('/public/a')
  assert.deepEqual(JSON.parse(open.text), { subject: null, address: '/public/a', cookie: '' })

  const { json } = await one.post('/auth/sign-up', anna)
  const { subject } = json.session
  const page = await visit({ port }, one, '/')
  assert.deepEqual([page.status, page.text.includes(`<b>${subject}</b>`)], [200, true], page.text)
  const told = JSON.parse((await one.get('/notes?page=2')).text) as object
  assert.deepEqual(told, { subject, address: '/notes?page=2', cookie: '' })
  const posted = await one.post('/notes', { text: 'hello' })
  assert.equal(posted.status, 200)
  const forged = await one.post('/notes', {}, { origin: 'https://evil.example' })
  assert.deepEqual([forged.status, forged.json.code], [403, 'csrf-refused'])
  assert.equal((await one.post('/auth/sign-out')).status, 200)
  assert.equal((await visit({ port }, one, '/')).status, 303)
}
