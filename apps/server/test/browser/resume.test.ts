import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { newProfile, startChromium } from './chromium.js'
import { RunningServer } from './running-server.js'
import { devices, sessionId, signIn, signUp, somebody } from './visitor.js'

const server = await RunningServer.start({ strategy: 'hybrid', accessToken: 2 })
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
})

test('an address typed after the access token expired comes back signed in, to the same session', async (t) => {
  const { page } = await newProfile(t, browser)
  await signUp(page, server.origin, somebody())
  const before = await sessionId(page)
  assert.ok(before)
  await sleep(2100)
  assert.equal(
    await page.evaluate(async () => (await fetch('/auth/session')).status),
    401,
    'the access token has expired',
  )
  const resumed = page.waitForRequest((request) => request.url().includes('/auth/resume'))
  await page.goto(`${server.origin}/?page=2`)
  await resumed
  await devices(page).first().waitFor()
  assert.equal(page.url(), `${server.origin}/?page=2`)
  await page.goto(server.origin)
  assert.equal(await sessionId(page), before)
})

test('without script the button of resume does it', async (t) => {
  const scripted = await newProfile(t, browser)
  await signUp(scripted.page, server.origin, somebody())
  const storageState = await scripted.context.storageState()
  await sleep(2100)
  const { page } = await newProfile(t, browser, { javaScriptEnabled: false, storageState })
  await page.goto(server.origin)
  assert.match(page.url(), /\/auth\/resume\?to=/)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL(`${server.origin}/`)
  const answer = await page.goto(`${server.origin}/auth/session`)
  assert.equal(answer?.status(), 200)
})

test('a session that ended while its access token expired: the way ends at the sign-in form, told why', async (t) => {
  const person = somebody()
  const [{ page }, other] = [await newProfile(t, browser), await newProfile(t, browser)]
  await signUp(page, server.origin, person)
  await signIn(other.page, server.origin, person)
  await other.page.getByRole('button', { name: /^End/ }).click()
  await other.page.getByRole('status').getByText('is signed out').waitFor()
  await sleep(2100)
  const resumed = page.waitForRequest((request) => request.url().includes('/auth/resume'))
  await page.goto(server.origin)
  await resumed
  await page.getByRole('alert').getByText('ended from another device').waitFor()
  assert.equal(page.url(), `${server.origin}/sign-in?to=%2F`)
})

test('with nothing to resume, the way ends at the sign-in form and does not loop', async (t) => {
  const { page } = await newProfile(t, browser)
  await page.goto(server.origin)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  assert.equal(new URL(page.url()).pathname, '/sign-in')
})
