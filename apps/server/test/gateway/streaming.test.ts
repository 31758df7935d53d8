import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type ServerResponse } from 'node:http'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../until.js'
import { backend, routesTo } from './backend.js'
import { raw, statusOf } from './raw.js'
import { echoOf, type Scene, signedIn } from './signed-in.js'

const mebibyte = Buffer.alloc(1024 * 1024, 'x')

/** What a page of ours sends along. */
function headersOf({ origin, cookie }: Scene): { readonly [name: string]: string } {
  return { cookie: cookie(), origin, 'sec-fetch-site': 'same-origin' }
}

/** A backend that answers only when it is told to. */
async function heldBackend(t: TestContext) {
  const held: ServerResponse[] = []
  const slow = await backend(t, (_, res) => void held.push(res))
  const next = async (): Promise<ServerResponse> => {
    await until(async () => held.length > 0)
    return held.shift()!
  }
  return { slow, next }
}

test('a body of any size goes up as it comes, and none of it is waited for', async (t) => {
  let came = 0
  const taker = await backend(t, (req, res) => {
    req.on('data', (chunk: Buffer) => (came += chunk.length))
    req.on('end', () => res.end(String(came)))
  })
  const scene = await signedIn(t, { routes: routesTo([taker]) })
  const upload = request(`${scene.origin}/api`, { method: 'POST', headers: headersOf(scene) })
  const answered = once(upload, 'response')
  upload.write(mebibyte)
  await until(async () => came === mebibyte.length)
  for (let count = 1; count < 64; count++) if (!upload.write(mebibyte)) await once(upload, 'drain')
  upload.end()
  const [answer] = await answered
  assert.equal(answer.statusCode, 200)
  answer.resume()
  assert.equal(came, 64 * mebibyte.length)
})

test('a sender is held back where the backend does not keep up', async (t) => {
  const taker = await backend(t, () => undefined)
  const scene = await signedIn(t, { routes: routesTo([taker]) })
  const upload = request(`${scene.origin}/api`, { method: 'POST', headers: headersOf(scene) })
  upload.on('error', () => undefined)
  let sent = 0
  for (let stalled = false; !stalled && sent < 200; sent++) {
    if (upload.write(mebibyte)) continue
    stalled = await Promise.race([once(upload, 'drain').then(() => false), sleep(1000).then(() => true)])
  }
  upload.destroy()
  assert.ok(sent < 200, 'everything was taken in, and nobody had read it')
})

test('a backend is held back where the client does not keep up', async (t) => {
  let written = 0
  let stalled = false
  const giver = await backend(t, async (_, res) => {
    for (; written < 200 && !res.destroyed && !stalled; written++)
      if (!res.write(mebibyte))
        stalled = await Promise.race([once(res, 'drain').then(() => false), sleep(1000).then(() => true)])
  })
  const scene = await signedIn(t, { routes: routesTo([giver]) })
  const asked = request(`${scene.origin}/api`, { headers: headersOf(scene) })
  asked.on('error', () => undefined)
  asked.end()
  const [answer] = await once(asked, 'response')
  answer.on('error', () => undefined)
  await until(async () => stalled || written === 200)
  assert.ok(stalled)
  asked.destroy()
})

test('events arrive as they are sent, and the head before the first of them', async (t) => {
  const { slow, next } = await heldBackend(t)
  const scene = await signedIn(t, { routes: routesTo([slow]) })
  const asked = request(`${scene.origin}/api`, { headers: headersOf(scene) }).end()
  const answered = once(asked, 'response')
  const res = await next()
  res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  const [answer] = await answered
  assert.equal(answer.statusCode, 200)
  for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
    const came = once(answer, 'data')
    res.write(event)
    assert.equal(String((await came)[0]), event)
  }
  res.end()
  await once(answer, 'end')
})

test('at shutdown event streams end at once', async (t) => {
  const { slow, next } = await heldBackend(t)
  const scene = await signedIn(t, { routes: routesTo([slow]) })
  const asked = request(`${scene.origin}/api`, { headers: headersOf(scene) }).end()
  const answered = once(asked, 'response')
  ;(await next()).writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  const [answer] = await answered
  answer.resume()
  const ended = once(answer, 'end')
  scene.app.endStreams()
  await ended
})

test('HEAD, 204 and 304 have no body, whatever their headers say', async (t) => {
  const plain = await backend(t, (req, res) => {
    if (req.url === '/api/204') res.writeHead(204).end()
    else if (req.url === '/api/304') res.writeHead(304, { etag: '"1"' }).end()
    else res.writeHead(200, { 'content-length': '5' }).end(req.method === 'HEAD' ? undefined : 'hello')
  })
  const { ada } = await signedIn(t, { routes: routesTo([plain]) })
  const head = await ada.request('HEAD', '/api/x')
  assert.deepEqual([head.status, head.text, head.headers.get('content-length')], [200, '', '5'])
  assert.equal((await ada.get('/api/204')).status, 204)
  const unchanged = await ada.get('/api/304')
  assert.deepEqual([unchanged.status, unchanged.headers.get('etag')], [304, '"1"'])
})

test('methods come through as they are, with and without a body', async (t) => {
  const plain = await backend(t)
  const { ada } = await signedIn(t, { routes: routesTo([plain]) })
  for (const method of ['GET', 'DELETE', 'OPTIONS', 'PUT', 'PATCH', 'PROPFIND']) {
    const echo = echoOf(await ada.request(method, '/api/x'))
    assert.equal(echo.method, method)
    assert.equal(echo.body, '')
  }
  const posted = echoOf(await ada.post('/api/x', { a: 1 }))
  assert.deepEqual([posted.body, posted.headers['content-length']], ['{"a":1}', '7'])
})

test('a client that goes away takes its request along', async (t) => {
  const { slow, next } = await heldBackend(t)
  const scene = await signedIn(t, { routes: routesTo([slow]) })
  const asked = request(`${scene.origin}/api`, { headers: headersOf(scene) }).end()
  asked.on('error', () => undefined)
  const res = await next()
  const gone = once(res, 'close')
  asked.destroy()
  await gone
  await until(async () => scene.logged.some((line) => line.includes('"abandoned"')))
})

test('100 Continue is said after the verdict, and the body sent after it', async (t) => {
  const plain = await backend(t)
  const scene = await signedIn(t, { routes: routesTo([plain]) })
  const { origin, host } = scene
  const always = [
    `host: ${host}`,
    `origin: ${origin}`,
    'expect: 100-continue',
    'content-length: 5',
    'connection: close',
  ]
  const known = await raw(origin, ['POST /api HTTP/1.1', ...always, `cookie: ${scene.cookie()}`])
  await known.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/)
  assert.equal(plain.seen.length === 0 || plain.seen[0]?.body === '', true)
  known.socket.write('hello')
  const text = await known.ended()
  assert.equal(statusOf(text.slice(text.indexOf('\r\n\r\n') + 4)), 200)
  assert.match(text, /"body":"hello"/)
  assert.doesNotMatch(text, /"expect"/)
})
