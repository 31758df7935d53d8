import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { newProfile, startChromium } from './chromium.js'

/** Where somebody put the files: a folder of a host that knows nothing of Hallpass, and sends no policy. */
const place = '/far/away/'
const types: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

const pages = fileURLToPath(new URL('../../../console', import.meta.url))
const vite = fileURLToPath(new URL('../../../../node_modules/vite/bin/vite.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'hallpass-tools-'))
const built = spawnSync(
  process.execPath,
  [vite, 'build', '--config', 'vite.tools.config.js', '--logLevel', 'error', '--outDir', folder],
  { cwd: pages, encoding: 'utf8' },
)
assert.equal(built.status, 0, built.stderr)

const host = createServer((req, res) => {
  const { pathname } = new URL(req.url ?? '/', 'http://localhost')
  const file = pathname.startsWith(place) && !pathname.includes('..') ? pathname.slice(place.length) : 'none'
  readFile(join(folder, file === '' ? 'index.html' : file)).then(
    (content) =>
      res.writeHead(200, { 'content-type': types[extname(file)] ?? 'text/html; charset=utf-8' }).end(content),
    () => res.writeHead(404).end(),
  )
}).listen(0)
await once(host, 'listening')
const origin = `http://localhost:${(host.address() as AddressInfo).port}`
const browser = await startChromium()
after(async () => {
  await browser.close()
  host.closeAllConnections()
  host.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A tool, reached from the list of them; it loads nothing from outside its folder. */
async function open(t: TestContext, tool: string): Promise<Page> {
  const { page } = await newProfile(t, browser)
  const elsewhere: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(origin + place)) elsewhere.push(request.url())
  })
  t.after(() => assert.deepEqual(elsewhere, []))
  await page.goto(origin + place)
  await page.getByRole('main').getByRole('link', { name: tool, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: tool, exact: true }).waitFor()
  const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content')
  assert.match(policy ?? '', /^default-src 'none'; script-src 'self';/)
  return page
}

test('from any folder, the decoder decodes', async (t) => {
  const page = await open(t, 'Token decoder')
  await page.getByRole('button', { name: 'Try an example' }).click()
  await page.getByRole('heading', { name: 'Claims', exact: true }).waitFor()
  await page.getByText('The signature is right.').waitFor()
})

test('from any folder, the JSON formatter starts its worker', async (t) => {
  const page = await open(t, 'JSON formatter')
  await page.getByRole('textbox', { name: 'JSON' }).fill('{"a": [1, 2]}')
  await page.getByRole('heading', { name: 'This is JSON' }).waitFor()
  await page.getByRole('treeitem').filter({ hasText: '2 elements' }).waitFor()
})

test('from any folder, the advisor advises, and leads to the comparison', async (t) => {
  const page = await open(t, 'Advisor')
  await page.getByRole('button', { name: 'Bank', exact: true }).click()
  await page.getByRole('heading', { name: 'The advice' }).waitFor()
  await page.getByRole('navigation').getByRole('link', { name: 'Comparison' }).click()
  await page.getByRole('table').waitFor()
})

test('from any folder, the API tester sends from the page', async (t) => {
  const page = await open(t, 'API tester')
  await page.getByText('Requests go out from this page').waitFor()
  await page.getByLabel('Address').fill(`${origin}${place}favicon.svg`)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  const answer = page.getByRole('region', { name: 'Answer', exact: true })
  await answer.getByText('200 OK').waitFor()
  await answer.getByText('image/svg+xml').first().waitFor()
})
