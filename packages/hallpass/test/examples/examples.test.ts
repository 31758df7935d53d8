import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cookieHeader, fromPage, native, send } from '#src/testing/adapter-client.js'

const json = { 'content-type': 'application/json' }
const password = 'correct horse battery staple'

for (const example of ['express', 'hono']) {
  for (const strategy of ['session', 'hybrid', 'jwt']) {
    test(`examples/${example} as its README says, carried by ${strategy}`, async () => {
      const { url, stop } = await start(example, strategy)
      try {
        await walk(url)
      } finally {
        await stop()
      }
    })
  }
}

async function walk(url: string): Promise<void> {
  const page = fromPage(url)
  const signIn = (fields: object, headers: { [name: string]: string } = page): ReturnType<typeof send> =>
    send(url, 'POST', '/sign-in', { headers: { ...headers, ...json }, body: JSON.stringify(fields) })

  assert.equal((await send(url, 'GET', '/me')).status, 401)
  assert.equal((await signIn({ email: 'ada@example.com', password: 'wrong' })).status, 401)
  assert.equal((await signIn({ email: 'nobody@example.com', password })).status, 401)
  assert.equal((await signIn({ email: ['ada@example.com'], password: {} })).status, 400)
  assert.equal((await signIn({ email: 'ada@example.com', password }, {})).status, 403, 'no headers of a browser')

  const signedIn = await signIn({ email: 'ada@example.com', password })
  assert.equal(signedIn.status, 204)
  const headers = { cookie: cookieHeader(signedIn.cookies) }
  assert.equal((await send(url, 'GET', '/me', { headers })).text, '{"id":"u_1"}')
  assert.match((await send(url, 'GET', '/auth/sessions', { headers })).text, /"current":true/)

  const evil = { ...headers, origin: 'https://evil.example' }
  for (const forged of [headers, evil])
    assert.equal((await send(url, 'POST', '/notes', { headers: forged })).status, 403)
  assert.equal((await send(url, 'POST', '/notes', { headers: { ...headers, ...page } })).status, 201)

  const app = await signIn({ email: 'ada@example.com', password }, native)
  const { tokens } = JSON.parse(app.text) as { tokens: { accessToken?: string; sessionToken?: string } }
  const bearer = { authorization: `Bearer ${tokens.accessToken ?? tokens.sessionToken}` }
  assert.equal((await send(url, 'GET', '/me', { headers: bearer })).text, '{"id":"u_1"}')

  assert.equal((await send(url, 'POST', '/auth/sign-out', { headers: { ...headers, ...page } })).status, 200)
  assert.equal((await send(url, 'GET', '/me', { headers })).status, 401)
}

async function start(example: string, strategy: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort()
  const app = fileURLToPath(new URL(`../../../../examples/${example}/app.js`, import.meta.url))
  const env = { ...process.env, PORT: String(port), STRATEGY: strategy }
  const child = spawn(process.execPath, [app], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const first = await Promise.race([once(child.stdout, 'data'), exited.then(() => null)])
  assert.notEqual(first, null, 'it did not start')
  return {
    url: `http://localhost:${port}`,
    async stop() {
      child.kill()
      await exited
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
