import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { newProfile, screenshot, startChromium, userAgents, viewports } from './chromium.js'
import { focused, tabTo } from './keyboard.js'
import { RunningServer } from './running-server.js'
import { devices, signIn, signUp, somebody } from './visitor.js'

const server = await RunningServer.start()
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
})

const activity = (page: Page) => page.getByRole('list', { name: 'Recent activity' }).getByRole('listitem')

/** What happened is written down behind the requests, within a second. */
async function reloadUntil(page: Page, text: string): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    await page.reload()
    await activity(page).first().waitFor()
    if ((await activity(page).filter({ hasText: text }).count()) > 0) return
    await page.waitForTimeout(100)
  }
  assert.fail(`"${text}" did not appear`)
}

test('the page tells what happened to the account, and marks a device that was not there before', async (t) => {
  const person = somebody()
  const laptop = await newProfile(t, browser, { userAgent: userAgents.firefox })
  const phone = await newProfile(t, browser, { userAgent: userAgents.iphone, viewport: viewports.phone })
  await signUp(laptop.page, server.origin, person)
  await signIn(phone.page, server.origin, person)
  await reloadUntil(laptop.page, 'Safari on iOS')
  const newcomer = activity(laptop.page).filter({ hasText: 'Safari on iOS' })
  assert.match(await newcomer.innerText(), /Signed in\s+New device/)
  const own = activity(laptop.page).filter({ hasText: 'Signed in' }).filter({ hasText: 'This session' })
  assert.equal(await own.getByRole('button').count(), 0, 'nobody disowns the session they are in')
  assert.match(await devices(laptop.page).first().innerText(), /With\s+password/)
  await screenshot(phone.page, 'activity-phone-light')
})

test('"this was not me" ends every other device at once, says so, and asks for a new password', async (t) => {
  const person = somebody()
  const laptop = await newProfile(t, browser, { userAgent: userAgents.firefox })
  const thief = await newProfile(t, browser, { userAgent: userAgents.iphone })
  await signUp(laptop.page, server.origin, person)
  await signIn(thief.page, server.origin, person)
  await reloadUntil(laptop.page, 'Safari on iOS')
  await laptop.page.getByRole('button', { name: /^This was not me: Signed in/ }).click()
  await screenshot(laptop.page, 'not-me-dialog')
  await laptop.page.getByRole('dialog').getByRole('button', { name: 'Sign the others out' }).click()
  await laptop.page
    .getByRole('status')
    .getByText(/^Thank you for telling us\. Every other device is signed out\..* Ended on this server in \d+ ms\.$/)
    .waitFor()
  assert.equal(await devices(laptop.page).count(), 1)
  const current = laptop.page.getByLabel('Current password', { exact: true })
  await current.waitFor()
  assert.ok(await current.evaluate((field) => field === document.activeElement), 'the form has the focus')

  await thief.page.reload()
  await thief.page.getByRole('heading', { name: 'Sign in' }).waitFor()

  await current.fill(person.password)
  await laptop.page.getByLabel('New password', { exact: true }).fill('another fine long passphrase')
  await laptop.page.keyboard.press('Enter')
  await laptop.page.getByText('Your password is changed.').waitFor()
  await reloadUntil(laptop.page, 'The password was changed')
  await reloadUntil(laptop.page, 'You said that something was not you')
  await screenshot(laptop.page, 'activity-desktop-light')
})

test('with the keyboard alone: from an event to a new password', async (t) => {
  const person = somebody()
  const laptop = await newProfile(t, browser, { userAgent: userAgents.firefox, reducedMotion: 'reduce' })
  const thief = await newProfile(t, browser, { userAgent: userAgents.iphone })
  await signUp(laptop.page, server.origin, person)
  await signIn(thief.page, server.origin, person)
  const { page } = laptop
  await reloadUntil(page, 'Safari on iOS')
  await tabTo(page, /^This was not me: Signed in/)
  await page.keyboard.press('Enter')
  await tabTo(page, 'Sign the others out')
  await page.keyboard.press('Enter')
  await page.getByLabel('Current password', { exact: true }).waitFor()
  assert.equal(await focused(page), 'Current password')
  await page.keyboard.type(person.password)
  await tabTo(page, 'New password')
  await page.keyboard.type('another fine long passphrase')
  await page.keyboard.press('Enter')
  await page.getByText('Your password is changed.').waitFor()
})

test('one who guesses passwords is shown to the person, and offers nothing to disown', async (t) => {
  const person = somebody()
  const { page } = await newProfile(t, browser)
  await signUp(page, server.origin, person)
  const guess = { email: person.email, password: 'one that it is not' }
  const headers = { 'content-type': 'application/json', 'hallpass-client': 'native' }
  const answer = await fetch(`${server.origin}/auth/sign-in`, { method: 'POST', headers, body: JSON.stringify(guess) })
  assert.equal(answer.status, 401)
  await reloadUntil(page, 'A sign-in with a wrong password')
  const failed = activity(page).filter({ hasText: 'wrong password' })
  assert.equal(await failed.getByRole('button').count(), 0)
})

test('names of devices and events are text, whatever markup and however long', async (t) => {
  const { page } = await newProfile(t, browser, { viewport: viewports.phone })
  await signUp(page, server.origin, somebody())
  const hostile = `<img src=x onerror="document.title='gone'">${'W'.repeat(10_000)}\u202e`
  const now = new Date().toISOString()
  const device = { name: hostile, userAgent: hostile, network: hostile }
  const times = { createdAt: now, authenticatedAt: now, lastSeenAt: now, expiresAt: now }
  const session = { id: 'one', subject: hostile, device, amr: [hostile], current: false, ...times }
  const event = { at: now, type: 'signed-in', device, newDevice: true, current: false, count: 2 }
  await page.route('**/auth/sessions', (route) => route.fulfill({ json: { sessions: [session] } }))
  await page.route('**/auth/events', (route) =>
    route.fulfill({
      json: {
        events: [
          { ...event, id: 'a' },
          { ...event, id: 'b', type: hostile },
        ],
      },
    }),
  )
  await page.route('**/auth/account', (route) =>
    route.fulfill({ json: { account: { email: hostile, roles: [hostile] } } }),
  )
  await page.goto(`${server.origin}/account`)
  await activity(page).first().getByText('<img src=x').first().waitFor()
  const [wider, images] = await page.evaluate(() => [
    document.documentElement.scrollWidth - document.documentElement.clientWidth,
    document.images.length,
  ])
  assert.deepEqual([wider, images], [0, 0])
  assert.match(await page.title(), /Hallpass/)
})
