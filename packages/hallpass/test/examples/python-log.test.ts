import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Hallpass, hallpass } from 'hallpass'
import { memory } from 'hallpass/memory'
import { hallpassNode, logFeed, nodeHandler } from 'hallpass/node'
import { signedIn } from 'hallpass/testing'

const examples = fileURLToPath(new URL('../../../../examples/python', import.meta.url))
const script = fileURLToPath(new URL('../../test/examples/judge.py', import.meta.url))
const issuer = 'https://app.example'
const key = 'Vq8Zt3Lw6Xc1Nm9Rk4Hb7Pd2Sj5Gf0YaWuEi'

interface Scene {
  readonly auth: Hallpass
  readonly server: Server
  readonly python: ChildProcessByStdio<Writable, Readable, null>
  /** What the verifier in Python says of a token. */
  judge(token: string): Promise<string>
}

async function openScene(t: TestContext): Promise<Scene> {
  const secret = 'tG5vQ0z8yYx2Wm7LrKc4Nf1HbJ6aUdS9eP3iE-oXqRk'
  const auth = hallpass({ issuer, secret, store: memory(), strategy: 'hybrid' })
  const enter = hallpassNode(auth)
  const feed = logFeed(auth.feed, { key })
  const log = nodeHandler(feed)
  const server = createServer((req, res) => {
    if (req.url?.startsWith('/.well-known/hallpass/log') === true) log(req, res)
    else void enter(req, res)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const given = JSON.stringify({ address, key, issuer, audience: issuer })
  const env = { ...process.env, PYTHONPATH: examples, PYTHONDONTWRITEBYTECODE: '1' }
  const python = spawn('/usr/bin/python3', [script, given], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(async () => {
    python.kill('SIGKILL')
    feed.close()
    server.closeAllConnections()
    server.close()
    await auth.close()
  })
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => ((await lines.next()) as { value: string }).value
  assert.equal(await next(), 'ready')
  const judge = (token: string): Promise<string> => {
    python.stdin.write(`${token}\n`)
    return next()
  }
  return { auth, server, python, judge }
}

async function tokenOf(auth: Hallpass, subject: string): Promise<{ readonly token: string; readonly id: string }> {
  const { client, session } = await signedIn(auth, subject)
  const cookie = client.view('GET', '/me').header('cookie') ?? ''
  return { token: /-access=([^;]+)/.exec(cookie)![1]!, id: session.id }
}

test('a revocation waits for a verifier in Python, which refuses from then on', async (t) => {
  const { auth, judge } = await openScene(t)
  const [one, other] = [await tokenOf(auth, 'u_1'), await tokenOf(auth, 'u_2')]
  const service = await auth.tokens.issue({ audience: issuer })
  assert.deepEqual([await judge(one.token), await judge(other.token), await judge(service.token)], ['ok', 'ok', 'ok'])

  await auth.sessions.revoke(one.id)
  assert.equal(await judge(one.token), 'ended')
  assert.equal(await judge(other.token), 'ok')
  await auth.subjects.changed('u_2')
  assert.equal(await judge(other.token), 'stale')
  await auth.tokens.revoke(service.tokenId)
  assert.equal(await judge(service.token), 'ended')
})

test('a verifier in Python that cannot renew refuses when its lease is over', async (t) => {
  const { auth, server, judge } = await openScene(t)
  const { token } = await tokenOf(auth, 'u_1')
  assert.equal(await judge(token), 'ok')
  server.closeAllConnections()
  server.close()
  for (const until = Date.now() + 10_000; Date.now() < until && (await judge(token)) === 'ok';) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.equal(await judge(token), 'log-unavailable')
})
