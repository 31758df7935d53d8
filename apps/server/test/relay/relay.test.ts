import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import type { RelayBody, RelayedResponse } from '#src/admin/contract.js'
import type { Lookup } from '#src/relay/destination.js'
import type { Patience } from '#src/relay/exchange.js'
import { readOutgoing } from '#src/relay/outgoing.js'
import { relay } from '#src/relay/relay.js'
import { freePort } from '../test-server.js'
import { listen, listenRaw, listenWithTls } from './real-servers.js'

interface Sent extends Partial<Omit<RelayBody, 'url'>> {
  readonly lookup?: Lookup
  readonly patience?: Patience
  /** Of the addresses, those that may be connected to; default: all. */
  readonly choose?: (addresses: readonly string[]) => readonly string[]
}

const home: Lookup = async () => ['127.0.0.1']

async function send(url: string, sent: Sent = {}) {
  const { lookup = home, patience, choose = (all) => all, method = 'GET', headers = [], body = null } = sent
  const reading = readOutgoing({ method, url, headers, body })
  assert.ok(reading.ok)
  const sending = patience === undefined ? { lookup } : { lookup, patience }
  return relay(reading.outgoing, ({ addresses }) => choose(addresses), sending)
}

async function answered(url: string, sent: Sent = {}): Promise<RelayedResponse> {
  const answer = await send(url, sent)
  assert.equal(answer.outcome, 'answered', JSON.stringify(answer))
  return answer.outcome === 'answered' ? answer.response : assert.fail()
}

async function problem(url: string, sent: Sent = {}): Promise<string> {
  const answer = await send(url, sent)
  assert.equal(answer.outcome, 'failed', JSON.stringify(answer).slice(0, 300))
  return answer.outcome === 'failed' ? answer.problem : assert.fail()
}

const textOf = ({ body }: RelayedResponse): string => Buffer.from(body, 'base64').toString()

test('a request goes out as it was written, and nothing is added but what HTTP needs', async (t) => {
  let lines: readonly string[] = []
  let body = ''
  const port = await listen(t, (req, res) => {
    lines = req.rawHeaders
    body = ''
    req.on('data', (chunk) => (body += chunk))
    req.on('end', () => res.end(`${req.method} ${req.url}`))
  })
  const headers = [
    ['cookie', 'a=b'],
    ['Origin', 'http://x'],
    ['X-A', '1'],
    ['x-a', '2'],
    ['X-E', ''],
  ] as const
  const response = await answered(`http://app.example:${port}/a?b#c`, { method: 'POST', headers, body: 'é' })
  assert.deepEqual([textOf(response), body], ['POST /a?b', 'é'])
  const host = ['Host', `app.example:${port}`]
  const flat = headers.flat()
  assert.deepEqual(lines, [...host, ...flat, 'Content-Length', '2', 'Connection', 'close'])
  await answered(`http://app.example:${port}/`, { method: 'POST' })
  assert.deepEqual(lines, [...host, 'Content-Length', '0', 'Connection', 'close'])
  await answered(`http://app.example:${port}/`, { method: 'DELETE' })
  assert.deepEqual(lines, [...host, 'Connection', 'close'])
  // without its length a body would be read as a second request
  await answered(`http://app.example:${port}/`, { method: 'GET', body: 'GET /hidden HTTP/1.1' })
  assert.deepEqual([lines, body], [[...host, 'Content-Length', '20', 'Connection', 'close'], 'GET /hidden HTTP/1.1'])
})

test('an answer comes back as it was: status, every line, body, address and time', async (t) => {
  const port = await listen(t, (_req, res) => {
    res.sendDate = false
    res.writeHead(299, 'Fine & well', [
      ...['Set-Cookie', 'a=b; HttpOnly', 'set-cookie', 'c=d', 'X-Latin', 'caf\u00e9'],
      ...['Content-Length', '5', 'Connection', 'close'],
    ])
    res.end(Buffer.from('hello'))
  })
  const { timing, body, ...rest } = await answered(`http://127.0.0.1:${port}/`)
  assert.deepEqual(rest, {
    status: 299,
    statusText: 'Fine & well',
    httpVersion: '1.1',
    headers: [
      ['Set-Cookie', 'a=b; HttpOnly'],
      ['set-cookie', 'c=d'],
      ['X-Latin', 'caf\u00e9'],
      ['Content-Length', '5'],
      ['Connection', 'close'],
    ],
    decoded: false,
    cut: null,
    address: '127.0.0.1',
  })
  assert.equal(body, Buffer.from('hello').toString('base64'))
  const { lookup, connect, tls, firstByte, total } = timing
  assert.ok(lookup !== null && connect !== null && firstByte !== null)
  assert.ok(0 <= lookup && lookup <= connect && connect <= firstByte && firstByte <= total && tls === null)
})

test('redirects are shown and never followed, wherever they lead', async (t) => {
  let asked = 0
  const port = await listen(t, (_req, res) => {
    asked += 1
    res.writeHead(302, { Location: 'http://169.254.169.254/latest/meta-data' }).end()
  })
  const { status, headers } = await answered(`http://127.0.0.1:${port}/`)
  assert.equal(status, 302)
  assert.ok(headers.some(([name, value]) => name === 'Location' && value.startsWith('http://169.254.169.254')))
  assert.equal(asked, 1)
})

test('only the address that was judged is connected to: the name is not looked up a second time', async (t) => {
  const port = await listen(t, (req, res) => res.end(req.headers.host))
  let lookups = 0
  const lookup: Lookup = async () => (++lookups === 1 ? ['127.0.0.1'] : ['169.254.169.254'])
  const response = await answered(`http://rebinding.example:${port}/`, { lookup })
  assert.deepEqual([textOf(response), response.address, lookups], [`rebinding.example:${port}`, '127.0.0.1', 1])
})

test('with one forbidden address among others nothing is sent', async (t) => {
  let asked = 0
  const port = await listen(t, (_req, res) => {
    asked += 1
    res.end()
  })
  const answer = await send(`http://mixed.example:${port}/`, { lookup: async () => ['127.0.0.1', '169.254.169.254'] })
  assert.equal(answer.outcome, 'refused')
  assert.match(
    answer.outcome === 'refused' ? answer.problem : '',
    /^mixed\.example is 169\.254\.169\.254: a link-local/,
  )
  assert.equal(asked, 0)
})

test('without an address that may be connected to, nothing is sent, and the address is named', async () => {
  const answer = await send('http://a.example:8080/', {
    lookup: async () => ['192.0.2.1', '192.0.2.2'],
    choose: () => [],
  })
  assert.deepEqual(answer, { outcome: 'unconfirmed', host: 'a.example:8080', address: '192.0.2.1' })
})

test('where nobody listens at the first address, the next one is tried', async (t) => {
  const port = await listen(t, (_req, res) => res.end('here'))
  const { address } = await answered(`http://localhost:${port}/`, { lookup: async () => ['127.0.0.2', '127.0.0.1'] })
  assert.equal(address, '127.0.0.1')
})

test('what reached one address is not sent to the next, whatever became of it', async (t) => {
  const both: Lookup = async () => ['127.0.0.1', '127.0.0.2']
  let asked = 0
  const cut = await listenRaw(t, (socket) => {
    asked += 1
    socket.destroy()
  })
  const whole = await listen(t, (_req, res) => {
    asked += 1
    res.end()
  })
  // the same port of 127.0.0.2 is nobody's, so that another attempt would be told as the last one
  assert.match(await problem(`http://app.example:${cut}/`, { method: 'POST', lookup: both }), /ECONNRESET/)
  assert.equal((await answered(`http://app.example:${whole}/`, { method: 'POST', lookup: both })).status, 200)
  assert.equal(asked, 2)
})

test('why nothing came back', async (t) => {
  assert.match(
    await problem(`http://127.0.0.1:${await freePort()}/`),
    /^Nobody listens at that address and port\. \(ECONNREFUSED\)$/,
  )
  const missing: Lookup = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
  assert.equal(await problem('http://nowhere.example/', { lookup: missing }), 'The name has no address. (ENOTFOUND)')
  const nameless: Lookup = () => Promise.reject(new Error('no'))
  assert.equal(await problem('http://nowhere.example/', { lookup: nameless }), 'The connection broke.')
  const slow: Lookup = () => new Promise(() => {})
  const patience = { firstByte: 100, total: 200 }
  assert.equal(
    await problem('http://slow.example/', { lookup: slow, patience }),
    'The name could not be looked up in time.',
  )
  const cases = {
    'no HTTP at all': /^What was answered is no HTTP\. \(HPE_/,
    'HTTP/1.1 999999\r\n\r\n': /^What was answered is no HTTP\. \(HPE_/,
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n': /^What was answered is no HTTP\. \(HPE_/,
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n':
      /^What was answered is no HTTP\. \(HPE_/,
    'HTTP/1.1 200 OK\nX: a\rb\r\n\r\n': /^What was answered is no HTTP\. \(HPE_/,
    [`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`]: /^The headers of the answer are longer than 16 KiB\./,
    'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n': /change of protocol|cut before/,
    '': /^The connection was cut before anything was answered\. \(ECONNRESET\)$/,
  }
  for (const [raw, expected] of Object.entries(cases)) {
    const port = await listenRaw(t, (socket) => socket.end(raw))
    assert.match(await problem(`http://127.0.0.1:${port}/`), expected, raw.slice(0, 60))
  }
})

test('an answer that never begins, and one that never ends', async (t) => {
  const never = await listen(t, () => {})
  const patience = { firstByte: 300, total: 600 }
  assert.equal(await problem(`http://127.0.0.1:${never}/`, { patience }), 'Nothing was answered within 0.3 seconds.')
  const endless = await listen(t, (_req, res) => {
    const drip = setInterval(() => res.write('x'), 50)
    res.on('close', () => clearInterval(drip))
  })
  const response = await answered(`http://127.0.0.1:${endless}/`, { patience: { firstByte: 5000, total: 6000 } })
  assert.equal(response.cut, 'time')
  assert.match(textOf(response), /^x+$/)
})

test('a connection on which nothing will come any more is closed', { timeout: 20_000 }, async (t) => {
  const patience = { firstByte: 300, total: 600 }
  for (const raw of ['', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n']) {
    let close = (): void => {}
    const closed = new Promise<void>((resolve) => (close = resolve))
    const port = await listenRaw(t, (socket) => {
      socket.on('close', () => close())
      socket.write(raw)
    })
    await problem(`http://127.0.0.1:${port}/`, { patience })
    await closed
  }
})

test('a slow answer within the time is an answer', async (t) => {
  const port = await listen(t, (_req, res) => {
    setTimeout(() => res.write('a'), 200)
    setTimeout(() => res.end('b'), 400)
  })
  const { body, cut, timing } = await answered(`http://127.0.0.1:${port}/`)
  assert.deepEqual([body, cut], [Buffer.from('ab').toString('base64'), null])
  assert.ok((timing.firstByte ?? 0) >= 190 && timing.total >= 390)
})

test('of 50 MB the first mebibyte is kept, and the rest is not fetched', async (t) => {
  let written = 0
  const chunk = Buffer.alloc(65_536, 'x')
  const port = await listen(t, (_req, res) => {
    const more = (): void => {
      while (written < 800 && !res.destroyed) {
        written += 1
        if (!res.write(chunk)) return void res.once('drain', more)
      }
      res.end()
    }
    more()
  })
  const { body, cut } = await answered(`http://127.0.0.1:${port}/`)
  const bytes = Buffer.from(body, 'base64')
  assert.deepEqual([bytes.length, cut], [1_048_576, 'size'])
  assert.ok(written < 800, `${written} of 800 chunks were taken`)
})

test('a body that breaks off is shown as far as it came', async (t) => {
  const port = await listenRaw(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')
    setTimeout(() => socket.destroy(), 50)
  })
  const { body, cut } = await answered(`http://127.0.0.1:${port}/`)
  assert.deepEqual([Buffer.from(body, 'base64').toString(), cut], ['half', 'connection'])
})

test('compressed bodies are shown decoded where they can be, else as they came', async (t) => {
  const text = 'hello '.repeat(1000)
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
  const cases: readonly (readonly [encoding: string, body: Buffer, shown: Buffer, decoded: boolean])[] = [
    ['gzip', gzipSync(text), Buffer.from(text), true],
    ['X-GZIP', gzipSync(text), Buffer.from(text), true],
    ['deflate', deflateSync(text), Buffer.from(text), true],
    ['deflate', deflateRawSync(text), Buffer.from(text), true],
    ['br', brotliCompressSync(text), Buffer.from(text), true],
    ['identity', Buffer.from(text), Buffer.from(text), false],
    ['gzip', Buffer.from(text), Buffer.from(text), false],
    ['gzip, br', brotliCompressSync(gzipSync(text)), brotliCompressSync(gzipSync(text)), false],
    ['unheard-of', Buffer.from(text), Buffer.from(text), false],
  ]
  for (const [encoding, sent, shown, decoded] of cases) {
    const port = await listen(t, (_req, res) => res.setHeader('Content-Encoding', encoding).end(sent))
    const response = await answered(`http://127.0.0.1:${port}/`)
    const bytes = Buffer.from(response.body, 'base64')
    assert.deepEqual([digest(bytes), response.decoded, response.cut], [digest(shown), decoded, null], encoding)
  }
})

test('what decodes to gigabytes is cut like what is sent as such', async (t) => {
  const bombs = { gzip: gzipSync(Buffer.alloc(200_000_000)), br: brotliCompressSync(Buffer.alloc(200_000_000)) }
  for (const [encoding, bomb] of Object.entries(bombs)) {
    assert.ok(bomb.length < 1_048_576)
    const port = await listen(t, (_req, res) => res.setHeader('Content-Encoding', encoding).end(bomb))
    const before = process.memoryUsage().rss
    const { body, cut, decoded } = await answered(`http://127.0.0.1:${port}/`)
    assert.deepEqual([Buffer.from(body, 'base64').length, cut, decoded], [1_048_576, 'size', true])
    assert.ok(process.memoryUsage().rss - before < 100_000_000, 'it was never decoded as a whole')
  }
})

test('a compressed body that was cut is decoded as far as it came', async (t) => {
  const whole = gzipSync(randomBytes(3_000_000).toString('hex'))
  const port = await listen(t, (_req, res) => res.setHeader('Content-Encoding', 'gzip').end(whole))
  const { body, cut, decoded } = await answered(`http://127.0.0.1:${port}/`)
  assert.deepEqual([Buffer.from(body, 'base64').length, cut, decoded], [1_048_576, 'size', true])
})

test('answers without a body have none, whatever they say of it', async (t) => {
  const port = await listen(t, (req, res) => {
    if (req.url === '/head') res.writeHead(200, { 'Content-Length': 100, 'Content-Encoding': 'gzip' }).end()
    else res.writeHead(req.url === '/204' ? 204 : 304).end()
  })
  for (const [path, method] of [
    ['/head', 'HEAD'],
    ['/204', 'GET'],
    ['/304', 'GET'],
  ] as const) {
    const { body, cut, decoded } = await answered(`http://127.0.0.1:${port}${path}`, { method })
    assert.deepEqual([body, cut, decoded], ['', null, false], path)
  }
})

test('early hints and interim answers are passed over', async (t) => {
  const port = await listenRaw(t, (socket) => {
    socket.end('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  })
  assert.equal((await answered(`http://127.0.0.1:${port}/`)).status, 200)
})

test('a certificate that signs itself, and a port that does not speak TLS, are told as that', async (t) => {
  let asked = 0
  const secure = await listenWithTls(t, (_req, res) => {
    asked += 1
    res.end()
  })
  for (const host of ['app.example', '127.0.0.1'])
    assert.match(
      await problem(`https://${host}:${secure}/`),
      /^The certificate is self-signed: .* \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
    )
  assert.equal(asked, 0)
  const plain = await listen(t, (_req, res) => res.end())
  assert.match(
    await problem(`https://127.0.0.1:${plain}/`),
    /^What answers there does not speak TLS|^No encrypted connection/,
  )
  assert.match(await problem(`http://127.0.0.1:${secure}/`), /no HTTP|cut before/)
})

test('each connection is used once and then closed', async (t) => {
  const open = new Set<unknown>()
  const server = createServer((_req, res) => res.end('x'.repeat(2_000_000)))
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  t.after(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { readonly port: number }
  for (let round = 0; round < 5; round += 1) await answered(`http://127.0.0.1:${port}/`)
  const deadline = Date.now() + 5000
  while (open.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(open.size, 0)
})
