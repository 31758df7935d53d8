import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { newProfile, screenshot, startChromium, userAgents, viewports } from './chromium.js'
import { RunningServer } from './running-server.js'
import { devices, signIn, signUp, somebody } from './visitor.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const server = await RunningServer.start()
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
})

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[]
  readonly passes: readonly unknown[]
}

/** Looks at the page as it stands, and keeps a picture of it. */
async function inspect(page: Page, name: string): Promise<void> {
  await page.evaluate(axe)
  const { violations, passes } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  )
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${name}: ${id} ${nodes.map(({ html }) => html).join(' ')}`),
    [],
  )
  assert.ok(passes.length > 10, 'axe-core has looked')
  await screenshot(page, name)
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [device, viewport] of Object.entries(viewports)) {
    test(`axe-core finds nothing on any view: ${device}, ${colorScheme}`, async (t) => {
      const view = (name: string): string => `${name}-${device}-${colorScheme}`
      const person = somebody()
      const other = await newProfile(t, browser, {
        userAgent: device === 'phone' ? userAgents.firefox : userAgents.iphone,
      })
      await signUp(other.page, server.origin, person)
      const { page } = await newProfile(t, browser, { colorScheme, viewport, expected: /status of 404 .*\/nowhere$/ })
      await page.goto(`${server.origin}/sign-up`)
      await page.getByLabel('Email').fill('no address')
      await page.getByLabel('Password', { exact: true }).fill('short')
      await page.keyboard.press('Enter')
      await page.locator('.error').first().waitFor()
      await inspect(page, view('sign-up'))
      await page.goto(`${server.origin}/sign-in`)
      await inspect(page, view('sign-in'))
      await signIn(page, server.origin, person)
      await page.getByRole('button', { name: /^End/ }).focus()
      await inspect(page, view('devices'))
      await page.getByText('Change password').first().click()
      await inspect(page, view('change-password'))
      await page.getByRole('button', { name: 'Sign out everywhere' }).click()
      await inspect(page, view('dialog'))
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /^End/ }).click()
      await page.getByRole('status').getByText('is signed out').waitFor()
      await inspect(page, view('ended'))
      const mistyped = await page.goto(`${server.origin}/nowhere`)
      assert.equal(mistyped?.status(), 404)
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
      await inspect(page, view('not-found'))
    })
  }
}

test('with the keyboard alone: from sign-up to sign-out', async (t) => {
  const { page } = await newProfile(t, browser, { reducedMotion: 'reduce' })
  const { email, password } = somebody()
  const focused = () =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '')
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab')
      if (name.test(await focused())) return
    }
    assert.fail(`no Tab leads to ${name}`)
  }
  await page.goto(`${server.origin}/sign-in`)
  await tabTo(/^Create an account$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Create an account' }).waitFor()
  assert.equal(await focused(), 'Create an account', 'the focus is on the heading of the new view')
  await page.keyboard.press('Tab')
  await page.keyboard.type(email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await devices(page).first().waitFor()
  assert.equal(await focused(), 'Your devices')
  await tabTo(/^Change password$/)
  await page.keyboard.press('Enter')
  await page.getByLabel('Current password', { exact: true }).waitFor()
  await page.keyboard.press('Shift+Tab')
  assert.match(await focused(), /^Sign out everywhere$/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await tabTo(/^Sign out everywhere$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  assert.equal(await focused(), 'Sign in')
})
