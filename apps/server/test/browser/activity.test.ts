import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { newProfile, screenshot, startChromium, userAgents, viewports } from './chromium.js'
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
