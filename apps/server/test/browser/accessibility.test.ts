import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { inspect, looks } from './axe.js'
import { newProfile, startChromium, userAgents } from './chromium.js'
import { focused, tabTo } from './keyboard.js'
import { RunningServer } from './running-server.js'
import { devices, signIn, signUp, somebody } from './visitor.js'

const server = await RunningServer.start()
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
})

for (const { colorScheme, device, viewport } of looks) {
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

test('with the keyboard alone: from sign-up to sign-out', async (t) => {
  const { page } = await newProfile(t, browser, { reducedMotion: 'reduce' })
  const { email, password } = somebody()
  await page.goto(`${server.origin}/sign-in`)
  await tabTo(page, /^Create an account$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Create an account' }).waitFor()
  assert.equal(await focused(page), 'Create an account', 'the focus is on the heading of the new view')
  await page.keyboard.press('Tab')
  await page.keyboard.type(email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await devices(page).first().waitFor()
  assert.equal(await focused(page), 'Your devices')
  await tabTo(page, /^Change password$/)
  await page.keyboard.press('Enter')
  await page.getByLabel('Current password', { exact: true }).waitFor()
  await page.keyboard.press('Shift+Tab')
  assert.match(await focused(page), /^Sign out everywhere$/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await tabTo(page, /^Sign out everywhere$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  assert.equal(await focused(page), 'Sign in')
})
