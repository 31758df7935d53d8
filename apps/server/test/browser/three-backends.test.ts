import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createProxyServer } from 'httpxy'
import type { BrowserContext, Page } from 'playwright-core'
import { newProfile, screenshot, startChromium } from './chromium.js'
import { RunningServer } from './running-server.js'
import { type Person, signIn, somebody } from './visitor.js'

const example = (file: string): string =>
  fileURLToPath(new URL(`../../../../examples/gateway/${file}`, import.meta.url))

/** The backends of `examples/gateway`, one process each: Express, Python's standard library, a WebSocket echo. */
const programs = {
  shop: { path: '/', command: [process.execPath, example('shop.js')] },
  reports: { path: '/reports', command: ['/usr/bin/python3', example('reports.py')] },
  echo: { path: '/echo', command: [process.execPath, example('echo.js')] },
} as const
type Name = keyof typeof programs
const names = Object.keys(programs) as readonly Name[]

/** What the gateway sent to each backend: the last token, and every cookie. */
const heard = new Map<Name, { token: string; cookies: string[] }>(
  names.map((name) => [name, { token: '', cookies: [] }]),
)
const backends = new Map<Name, string>()
const children: ChildProcess[] = []
const taps = await Promise.all(names.map(tap))
const server = await RunningServer.start({
  config: {
    gateway: {
      routes: names.map((name, index) => ({
        path: programs[name].path,
        upstream: taps[index]!.origin,
        audience: name,
      })),
    },
  },
})
for (const name of names) await startBackend(name)
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
  for (const { stop } of taps) stop()
  for (const child of children) child.kill('SIGKILL')
})

test('one browser, the gateway, three backends: each knows who it is, and nothing token-shaped reaches the browser', async (t) => {
  // the event stream, when it is cut
  const { context, page } = await newProfile(t, browser, { expected: /ERR_INCOMPLETE_CHUNKED_ENCODING/ })
  const seen = everything(context, page)
  const person = somebody()
  await signUpAt(page, person)
  await page.getByRole('heading', { name: 'The shop' }).waitFor()
  const { subject } = await page.evaluate(async () => (await (await fetch('/auth/session')).json()).session)
  const shows = async (id: string, text: string): Promise<void> =>
    page.locator(`#${id}`, { hasText: text }).waitFor({ timeout: 15_000 })
  await shows('orders', `{"of":"${subject}","orders":["o_1","o_2"]}`)
  await shows('reports', `{"of":"${subject}","reports":["2026-10","2026-11"]}`)
  await shows('echo', `${subject} said hello`)
  await shows('events', '"count":2')
  await screenshot(page, 'three-backends')

  // every token that was minted for one of them opens that one, and no other
  for (const mine of names) {
    for (const theirs of names) {
      const status = await ask(theirs, heard.get(mine)!.token)
      assert.equal(status !== 401, mine === theirs, `the token for ${mine} at ${theirs}: ${status}`)
    }
  }
  for (const name of names) assert.deepEqual(heard.get(name)!.cookies, [], `no cookie of ours reached ${name}`)

  // ended elsewhere: what is open is cut, and the next page is the sign-in
  const elsewhere = await newProfile(t, browser)
  await signIn(elsewhere.page, server.origin, person, '/account')
  await elsewhere.page.getByRole('button', { name: 'Sign out all other devices' }).click()
  await elsewhere.page.getByRole('dialog').getByRole('button', { name: 'Sign them out' }).click()
  await shows('echo', 'closed: 1008')
  await page.goto(server.origin)
  await page.waitForURL(/\/sign-in\?to=%2F$/)

  const said = await seen()
  assert.ok(said.length > 20, 'there was something to look through')
  const tokens = names.map((name) => heard.get(name)!.token)
  for (const [where, text] of said) {
    assert.doesNotMatch(text, /eyJ[\w-]+\.[\w-]+\.[\w-]+/, `JWT-shaped: ${where}`)
    assert.doesNotMatch(text, /hp_r\./, `refresh-shaped: ${where}`)
    for (const token of tokens) assert.ok(!text.includes(token), where)
  }
})

/** Everything that the browser is told or keeps, to be looked through at the end: where, and the text. */
function everything(context: BrowserContext, page: Page): () => Promise<readonly (readonly [string, string])[]> {
  const said: (readonly [string, string])[] = []
  const pending: Promise<unknown>[] = []
  context.on('response', (response) => {
    const where = response.url()
    const headers = response.headersArray().then((list) => said.push([`headers of ${where}`, JSON.stringify(list)]))
    pending.push(headers.catch(() => undefined))
    // an event stream has no end to wait for: what it said is on the page
    if (response.headers()['content-type']?.startsWith('text/event-stream') === true) return
    const body = response.body().then((bytes) => said.push([`body of ${where}`, bytes.toString('latin1')]))
    pending.push(body.catch(() => undefined))
  })
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => said.push([`WebSocket ${socket.url()}`, String(payload)])),
  )
  return async () => {
    await Promise.all(pending)
    said.push(['cookies', JSON.stringify(await context.cookies())])
    said.push(['storage', JSON.stringify(await context.storageState({ indexedDB: true }))])
    const inPage = await page.evaluate(async () => [
      ...[localStorage, sessionStorage, performance.getEntries(), history.state].map((one) => JSON.stringify(one)),
      ...[document.cookie, document.documentElement.outerHTML, JSON.stringify(await caches.keys())],
    ])
    return [...said, ...inPage.map((text) => ['the page', text] as const)]
  }
}

async function signUpAt(page: Page, { email, password }: Person): Promise<void> {
  await page.goto(server.origin)
  await page.waitForURL(/\/sign-in\?to=%2F$/)
  await page.goto(`${server.origin}/sign-up?to=%2F`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
}

/** Stands between gateway and backend, and only listens. */
async function tap(name: Name): Promise<{ readonly origin: string; stop(): void }> {
  const proxy = createProxyServer({})
  proxy.on('error', (_error, _req, res) => res?.destroy())
  const listen = ({ headers }: IncomingMessage): void => {
    const of = heard.get(name)!
    of.token = headers.authorization?.replace('Bearer ', '') ?? ''
    if (headers.cookie !== undefined) of.cookies.push(headers.cookie)
  }
  const between = createServer((req, res) => {
    listen(req)
    void proxy.web(req, res, { target: backends.get(name)! })
  })
  between.on('upgrade', (req, socket, head) => {
    listen(req)
    void proxy.ws(req, socket as never, { target: backends.get(name)! }, head)
  })
  const stop = (): void => {
    between.closeAllConnections()
    between.close()
  }
  return { origin: await listening(between), stop }
}

async function startBackend(name: Name): Promise<void> {
  const probe = createServer()
  const origin = (await listening(probe)).replace('127.0.0.1', 'localhost')
  probe.close()
  await once(probe, 'close')
  const [program, file] = programs[name].command
  const child = spawn(program, [file], {
    env: {
      PATH: process.env.PATH,
      HALLPASS_ISSUER: server.origin,
      PORT: new URL(origin).port,
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  await once(child.stdout, 'data')
  backends.set(name, origin)
}

/** The status with which a backend answers a token, asked itself. */
async function ask(name: Name, token: string): Promise<number> {
  const upgrade = {
    ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  const headers = { authorization: `Bearer ${token}`, ...(name === 'echo' ? upgrade : {}) }
  const path = name === 'shop' ? '/orders' : programs[name].path
  const req = request(`${backends.get(name)!}${path}`, { headers }).end()
  const [res, socket] = (await Promise.race([once(req, 'response'), once(req, 'upgrade')])) as [
    IncomingMessage,
    unknown,
  ]
  if (socket !== undefined) (socket as { destroy(): void }).destroy()
  else res.resume()
  return res.statusCode ?? 0
}

async function listening(one: ReturnType<typeof createServer>): Promise<string> {
  one.listen(0, '127.0.0.1')
  await once(one, 'listening')
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`
}
