import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { record } from '../record.js'
import { folder, serving, start } from '../server-process.js'
import { client, nativeApp } from '../test-client.js'
import { freePort } from '../test-server.js'
import { body, operatorKey, tokenOf } from './oauth-server.js'

const program = fileURLToPath(new URL('../../../../examples/services/start.js', import.meta.url))

test('examples/services as its README says: three services, one in Python, in somebody’s name and in their own', async (t) => {
  const origin = await server(t)
  const gateway = await services(t, origin)
  const app = nativeApp(origin)
  await app.post('/auth/sign-up', { email: 'ada@example.com', password: 'violet tram under seven' })
  const { subject } = (await app.get('/auth/session')).json.session
  const person = client(gateway, { authorization: `Bearer ${tokenOf(app, 'accessToken')}` })

  const operator = client(origin, { authorization: `Bearer ${operatorKey}` })
  const made = body(await operator.get('/admin/clients')).clients
  const idOf = (name: string): string => made.find((one) => one.name === name)!.id
  const asked = await person.get('/orders')
  const through = [idOf('Orders'), idOf('Gateway')]
  assert.deepEqual(body(asked), { of: subject, open: [{ id: 'o_1', total: 4200 }], invoiced: subject, through })
  assert.deepEqual(body(await person.post('/reminders')), { reminded: ['o_1'], askedBy: idOf('Gateway') })

  assert.equal((await client(gateway, {}).get('/orders')).status, 401)
  await operator.request('PATCH', `/admin/clients/${idOf('Invoices')}`, { json: { disabled: true } })
  assert.equal((await person.post('/reminders')).status, 502, 'a disabled client gets no token')
  assert.equal((await person.get('/orders')).status, 200)
  await app.post('/auth/sign-out')
  assert.equal((await person.get('/orders')).status, 401, 'nothing is traded for somebody who has signed out')
})

async function server(t: TestContext): Promise<string> {
  const port = String(await freePort())
  record({ root: operatorKey })
  const env = { HALLPASS_STORE: 'memory:', HALLPASS_STRATEGY: 'hybrid', HALLPASS_OPERATOR_KEY: operatorKey, PORT: port }
  await serving(start(t, folder(t), env))
  return `http://localhost:${port}`
}

/** Starts the three; answers where the gateway is. */
async function services(t: TestContext, issuer: string): Promise<string> {
  const port = String(await threeFreePorts())
  const env = { PATH: process.env['PATH'], HALLPASS_ISSUER: issuer, HALLPASS_OPERATOR_KEY: operatorKey, PORT: port }
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()))
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill()
    await exited
  })
  const deadline = Date.now() + 60_000
  while (!said.includes('The gateway is at ')) {
    assert.ok(child.exitCode === null && Date.now() < deadline, said)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return `http://localhost:${port}`
}

/** The first of three that stand side by side. */
async function threeFreePorts(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const first = await freePort()
    const free = await Promise.all([1, 2].map((more) => isFree(first + more)))
    if (free.every(Boolean)) return first
  }
  throw new Error('no three ports')
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  const listening = new Promise<boolean>((resolve) => {
    probe.once('error', () => resolve(false))
    probe.listen(port, 'localhost', () => resolve(true))
  })
  if (!(await listening)) return false
  probe.close()
  await once(probe, 'close')
  return true
}
