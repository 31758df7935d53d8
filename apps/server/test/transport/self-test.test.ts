import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createFront } from '#src/front.js'
import { serve } from '#src/serve.js'
import { createArrive } from '#src/transport/arrive.js'
import { type Ask, createSelfTest, judgeSighting, type SelfTestReport } from '#src/transport/self-test.js'
import type { TrustedProxies } from '#src/transport/transport.js'
import { folder, serving as greeted, start } from '../server-process.js'
import { freePort, keptLog } from '../test-server.js'
import { until } from '../until.js'

const loopback = ['127.0.0.0/8', '::1']
const spoofed = '192.0.2.1'

/** What a reverse proxy makes of the headers of a request; `peer` is who connected to it. */
type Habit = (headers: Record<string, string>, peer: string) => Record<string, string>

const rightly: Habit = (headers, peer) => ({
  ...headers,
  'x-forwarded-for': [headers['x-forwarded-for'], peer].filter(Boolean).join(', '),
  'x-forwarded-proto': 'https',
})

async function listening(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return address.port
}

/** A reverse proxy before whoever listens on that port by then. */
async function proxy(t: TestContext, to: () => number, habit: Habit): Promise<number> {
  const forward = (req: IncomingMessage, res: ServerResponse): void => {
    const headers = habit(req.headers as Record<string, string>, req.socket.remoteAddress ?? '')
    const { method, url: path } = req
    const upstream = httpRequest({ host: '127.0.0.1', port: to(), method, path, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    })
    upstream.on('error', () => res.writeHead(502).end())
    req.pipe(upstream)
  }
  return listening(t, createServer(forward))
}

/** Asks the proxy on that port, as if it were what the public address leads to. */
function by(port: number): Ask {
  return async (url, { headers, signal }) => {
    const { host, pathname } = new URL(url)
    const asked = httpRequest({ host: '127.0.0.1', port, path: pathname, headers: { ...headers, host }, signal })
    asked.end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.resume()
    return { status: answer.statusCode ?? 0, body: null }
  }
}

interface Stand {
  readonly habits?: readonly Habit[]
  readonly proxies?: Partial<TrustedProxies>
  readonly patience?: number
  readonly issuer?: string
}

/** A server behind proxies with these habits, the outermost first; what it tells of them, and what reached its own routes. */
async function look(t: TestContext, stand: Stand): Promise<SelfTestReport & { logged: string[]; reached: string[] }> {
  const { habits = [rightly], issuer = 'https://app.example', patience = 20_000 } = stand
  const proxies = { count: habits.length, networks: loopback, ...stand.proxies }
  const logged: string[] = []
  const reached: string[] = []
  let inner = 0
  let outermost = (): number => inner
  for (const habit of [...habits].reverse()) {
    const port = await proxy(t, outermost, habit)
    outermost = () => port
  }
  const selfTest = createSelfTest({ issuer, proxies }, keptLog(logged), { ask: by(outermost()), patience })
  assert.ok(selfTest !== null)
  const front = createFront({
    arrive: createArrive({ issuer, hosts: [new URL(issuer).host], internalHosts: [], proxies }),
    selfTest,
    check: null,
    gateway: null,
    own: (req, res) => void (reached.push(req.url ?? ''), res.writeHead(404).end()),
    headers: [],
    log: keptLog([]),
  })
  const server = await serve({ front }, { port: 0, host: '127.0.0.1' })
  t.after(() => server.stop(100))
  inner = server.port
  return { ...(await selfTest.run()), logged, reached }
}

/** The one warning. */
function only({ warnings }: SelfTestReport): string {
  assert.equal(warnings.length, 1, JSON.stringify(warnings))
  return `${warnings[0]?.message} / ${warnings[0]?.remedy}`
}

test('a proxy that does right: what was seen is told in words, and nothing is to be mended', async (t) => {
  const seen = await look(t, {})
  assert.equal(
    seen.message,
    'Asked itself through https://app.example: 127.0.0.1 connected, 1 hop in X-Forwarded-For, ' +
      'the client came out as 127.0.0.1, by https, for host app.example.',
  )
  assert.deepEqual(seen.warnings, [])
  assert.ok(seen.logged.some((line) => line.includes(seen.message)))
  assert.deepEqual(seen.reached, [], 'it is answered before anybody else sees it')
})

test('two proxies that do right', async (t) => {
  const seen = await look(t, { habits: [rightly, rightly] })
  assert.match(seen.message, /2 hops in X-Forwarded-For, the client came out as 127\.0\.0\.1/)
  assert.deepEqual(seen.warnings, [])
})

test('a proxy that replaces X-Forwarded-For does right too', async (t) => {
  const replaces: Habit = (headers, peer) => ({ ...rightly(headers, peer), 'x-forwarded-for': peer })
  assert.deepEqual((await look(t, { habits: [replaces] })).warnings, [])
})

test('a count that is too high: anybody could choose their address', async (t) => {
  const seen = await look(t, { proxies: { count: 2 } })
  assert.match(seen.message, /came out as 192\.0\.2\.1/)
  assert.match(only(seen), /^anybody can choose their address: .* \/ Set "proxies\.count" to 1/)
  assert.ok(seen.logged.some((line) => line.includes('proxy warning')))
})

test('a count that is too low: clients share the address of a proxy', async (t) => {
  const seen = await look(t, { habits: [rightly, rightly], proxies: { count: 1 } })
  assert.match(only(seen), /^clients share the address of a proxy: .* \/ Set "proxies\.count" to 2/)
})

/** The same without one header. */
function without(name: string, headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name))
}

test('a proxy that leaves X-Forwarded-For as it is, or takes it away', async (t) => {
  const leaves: Habit = (headers) => ({ ...headers, 'x-forwarded-proto': 'https' })
  assert.match(only(await look(t, { habits: [leaves] })), /^anybody can choose their address: the proxy leaves/)
  const takes: Habit = (headers, peer) => without('x-forwarded-for', rightly(headers, peer))
  assert.match(only(await look(t, { habits: [takes] })), /^all clients share the address of the proxy/)
})

test('a proxy outside the networks', async (t) => {
  const seen = await look(t, { proxies: { networks: ['10.0.0.0/8'] } })
  assert.match(only(seen), /^127\.0\.0\.1 is in none of the networks.* \/ Add it to "proxies\.networks"/)
})

test('X-Forwarded-Proto that is missing, or wrong', async (t) => {
  const missing: Habit = (headers, peer) => without('x-forwarded-proto', rightly(headers, peer))
  const wrong: Habit = (headers, peer) => ({ ...rightly(headers, peer), 'x-forwarded-proto': 'http' })
  for (const habit of [missing, wrong]) {
    const seen = await look(t, { habits: [habit] })
    assert.match(seen.message, /not by https/)
    assert.match(only(seen), /X-Forwarded-Proto is missing or wrong \/ .*proxy_set_header X-Forwarded-Proto \$scheme/)
  }
})

test('a host that the proxy changed', async (t) => {
  const seen = await look(t, { habits: [(headers, peer) => ({ ...rightly(headers, peer), host: 'backend:7100' })] })
  assert.match(only(seen), /^requests for app\.example arrive for "backend:7100".* \/ .*proxy_set_header Host \$host/)
})

test('who cannot look says so, and not that all is well: nobody there, another server, a redirect, no answer', async (t) => {
  const asked = async (ask: Ask, patience = 20_000): Promise<string> => {
    const proxies = { count: 1, networks: loopback }
    const selfTest = createSelfTest({ issuer: 'https://app.example', proxies }, keptLog([]), {
      ask,
      patience,
    })
    assert.ok(selfTest !== null)
    const report = await selfTest.run()
    assert.match(only(report), /^nothing is known of what the proxies make of requests/)
    return report.message
  }
  assert.match(
    await asked(by(await freePort())),
    /^Could not look at itself through https:\/\/app\.example: .*ECONNREFUSED/,
  )
  const another = await listening(
    t,
    createServer((_req, res) => void res.writeHead(404).end()),
  )
  assert.match(await asked(by(another)), /it answered 404/)
  let followed = 0
  const elsewhere = await listening(
    t,
    createServer((_req, res) => void (followed++, res.end())),
  )
  const redirect = createServer(
    (_req, res) => void res.writeHead(302, { location: `http://127.0.0.1:${elsewhere}/` }).end(),
  )
  const origin = `http://127.0.0.1:${await listening(t, redirect)}`
  assert.match(await asked((url, init) => fetch(origin + new URL(url).pathname, init)), /it answered 302/)
  assert.equal(followed, 0, 'redirects are not followed')
  const silent = await listening(
    t,
    createServer(() => undefined),
  )
  assert.match(await asked(by(silent), 300), /: no answer in time\.$/)
})

test('whoever guesses the address finds nothing there, before, while and after it is asked', async (t) => {
  const proxies = { count: 1, networks: loopback }
  let nonce = ''
  const guesses: number[] = []
  const selfTest = createSelfTest({ issuer: 'http://localhost', proxies }, keptLog([]), {
    ask: async (url, init) => {
      const address = `http://127.0.0.1:${server.port}${new URL(url).pathname}`
      nonce = init.headers['hallpass-self-test'] ?? ''
      for (const guess of ['', 'x'.repeat(nonce.length), `${nonce}x`])
        guesses.push((await fetch(address, { headers: { 'hallpass-self-test': guess } })).status)
      guesses.push((await fetch(address)).status, (await fetch(`${address}/x`, init)).status)
      return fetch(address, init)
    },
  })
  assert.ok(selfTest !== null)
  const front = createFront({
    arrive: createArrive({ issuer: 'http://localhost', hosts: ['localhost'], internalHosts: [], proxies }),
    selfTest,
    check: null,
    gateway: null,
    own: (_req, res) => void res.writeHead(404).end(),
    headers: [],
    log: keptLog([]),
  })
  const server = await serve({ front }, { port: 0, host: '127.0.0.1' })
  t.after(() => server.stop(100))
  assert.match((await selfTest.run()).message, /^Asked itself/)
  assert.deepEqual(guesses, [404, 404, 404, 404, 404])
  assert.equal(Buffer.from(nonce, 'base64url').length, 32)
  const late = await fetch(`http://127.0.0.1:${server.port}/.well-known/hallpass/self-test`, {
    headers: { 'hallpass-self-test': nonce },
  })
  assert.equal(late.status, 404, 'it is asked once')
})

test('without proxies there is nothing to look at', () => {
  assert.equal(createSelfTest({ issuer: 'http://localhost', proxies: null }, keptLog([])), null)
})

test('what is wrong in more than one way is told in full', () => {
  const seen = { peer: '10.0.0.1', trusted: true, forwarded: [spoofed], client: spoofed, encrypted: false, host: 'x' }
  const { warnings } = judgeSighting(seen, 'https://app.example', 1)
  assert.equal(warnings.length, 3)
  const replaced = {
    ...seen,
    forwarded: ['198.51.100.7'],
    client: '198.51.100.7',
    encrypted: true,
    host: 'app.example:443',
  }
  assert.match(only(judgeSighting(replaced, 'https://app.example', 2)), /^"proxies\.count" is 2, but there are 1 in/)
  const inside = { ...replaced, forwarded: [spoofed, '198.51.100.7'] }
  assert.match(only(judgeSighting(inside, 'https://app.example', 2)), /^who is inside the networks can choose/)
})

test('the server starts at once, and then tells what it saw of itself', async (t) => {
  const cwd = folder(t)
  const port = await freePort()
  const outer = await proxy(t, () => port, rightly)
  writeFileSync(join(cwd, 'hallpass.config.json'), '{"proxies": {"count": 2}}')
  const issuer = `http://localhost:${outer}`
  const started = start(t, cwd, { HALLPASS_STORE: 'memory:', HALLPASS_ISSUER: issuer, PORT: String(port) })
  await greeted(started)
  await until(async () => started.stdout.includes('Set "proxies.count"'))
  assert.match(started.stdout, new RegExp(`Asked itself through ${issuer}: 127.0.0.1 connected, 1 hop`))
  assert.match(
    started.stdout,
    /\n {2}warning {3}anybody can choose their address: [^\n]*\n {12}Set "proxies.count" to 1/,
  )
})
