import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newProfile, screenshot, startChromium, userAgents, viewports } from './chromium.js'
import { RunningServer } from './running-server.js'
import { devices, signIn, signUp, somebody } from './visitor.js'

const server = await RunningServer.start()
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
})

test('each of two profiles sees both devices by name, with its own marked', async (t) => {
  const person = somebody()
  const laptop = await newProfile(t, browser, { userAgent: userAgents.firefox })
  const phone = await newProfile(t, browser, { userAgent: userAgents.iphone, viewport: viewports.phone })
  await signUp(laptop.page, server.origin, person)
  await signIn(phone.page, server.origin, person)
  await laptop.page.reload()
  for (const [page, own] of [
    [laptop.page, 'Firefox on Windows'],
    [phone.page, 'Safari on iOS'],
  ] as const) {
    await devices(page).nth(1).waitFor()
    const names = await page.getByRole('heading', { level: 3 }).allInnerTexts()
    assert.deepEqual(names.map((name) => name.replace(/\s+This device$/, '')).sort(), [
      'Firefox on Windows',
      'Safari on iOS',
    ])
    assert.match(await devices(page).filter({ hasText: 'This device' }).innerText(), new RegExp(own))
    const seen = page.locator('time').first()
    assert.match((await seen.getAttribute('datetime')) ?? '', /^\d{4}-\d\d-\d\dT/)
    assert.equal(await seen.innerText(), 'just now')
  }
})

test('when a device was last seen is said in words, with the exact time beside them', async (t) => {
  const person = somebody()
  const { page } = await newProfile(t, browser)
  await signUp(page, server.origin, person)
  for (const [later, words] of [
    [59, 'just now'],
    [60, '1 minute ago'],
    [3 * 3600, '3 hours ago'],
    [86_400, 'yesterday'],
    [12 * 86_400, '12 days ago'],
  ] as const) {
    const seen = page.locator('time').first()
    const exact = Date.parse((await seen.getAttribute('datetime')) ?? '')
    await page.clock.setFixedTime(exact + later * 1000)
    await page.reload()
    await devices(page).locator('time', { hasText: words }).first().waitFor()
    assert.match((await seen.getAttribute('title')) ?? '', /\d{4}/)
  }
})

test('one device ends the other: its next click is at the sign-in form, told why', async (t) => {
  const person = somebody()
  const laptop = await newProfile(t, browser)
  const phone = await newProfile(t, browser, { userAgent: userAgents.iphone, viewport: viewports.phone })
  await signUp(laptop.page, server.origin, person)
  await signIn(phone.page, server.origin, person)
  await laptop.page.reload()
  await laptop.page.getByRole('button', { name: /^End Safari on iOS/ }).click()
  const said = laptop.page.getByRole('status')
  await said.getByText(/^Safari on iOS is signed out\. Ended on this server in \d+ ms\.$/).waitFor()
  assert.equal(await devices(laptop.page).count(), 1)
  await laptop.page.getByText('No other device is signed in.').waitFor()

  await phone.page.getByRole('button', { name: /^End Chrome/ }).click()
  await phone.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  assert.match(await phone.page.getByRole('alert').innerText(), /ended from another device/)
  await screenshot(phone.page, 'ended-elsewhere-phone-light')
})

test('a page loaded after its session was ended elsewhere is at the sign-in form, told why; a newcomer is told nothing', async (t) => {
  const person = somebody()
  const laptop = await newProfile(t, browser)
  const phone = await newProfile(t, browser)
  await signUp(laptop.page, server.origin, person)
  await signIn(phone.page, server.origin, person)
  await laptop.page.reload()
  await laptop.page.getByRole('button', { name: /^End/ }).click()
  await laptop.page.getByRole('status').getByText('is signed out').waitFor()

  await phone.page.goto(server.origin)
  await phone.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await phone.page.getByRole('alert').getByText('ended from another device').waitFor()
  assert.equal(phone.page.url(), `${server.origin}/sign-in?to=%2F`)

  const newcomer = await newProfile(t, browser)
  await newcomer.page.goto(server.origin, { waitUntil: 'networkidle' })
  await newcomer.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  assert.equal(await newcomer.page.getByRole('alert').count(), 0)
})

test('the page says whose account it is, and tells password managers whose password changes', async (t) => {
  const person = somebody()
  const { page } = await newProfile(t, browser)
  await signUp(page, server.origin, person)
  await page.getByText(`Signed in as ${person.email}`).waitFor()
  await page.getByText('Change password').first().click()
  const next = 'another fine long passphrase'
  await page.getByLabel('Current password', { exact: true }).fill(person.password)
  await page.getByLabel('New password', { exact: true }).fill(next)
  const username = page.locator('form:has([autocomplete="new-password"]) [autocomplete="username"]')
  assert.equal(await username.inputValue(), person.email)
  await page.keyboard.press('Enter')
  await page.getByText('Your password is changed.').waitFor()
  assert.equal(await username.inputValue(), person.email, 'still there after the form is emptied')
})

test('one device ends all the others, asked for by a dialog that Escape leaves', async (t) => {
  const person = somebody()
  const [laptop, phone, tablet] = [
    await newProfile(t, browser),
    await newProfile(t, browser),
    await newProfile(t, browser),
  ]
  await signUp(laptop.page, server.origin, person)
  for (const { page } of [phone, tablet]) await signIn(page, server.origin, person)
  await laptop.page.reload()
  const button = laptop.page.getByRole('button', { name: 'Sign out all other devices' })
  await button.click()
  const dialog = laptop.page.getByRole('dialog', { name: 'Sign out all other devices?' })
  await dialog.getByText('2 other devices').waitFor()
  await laptop.page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  assert.equal(await devices(laptop.page).count(), 3)
  assert.ok(await button.evaluate((element) => element === document.activeElement), 'the focus returns to the button')

  await button.click()
  await dialog.getByRole('button', { name: 'Sign them out' }).click()
  await laptop.page.getByText(/^All other devices are signed out\. Ended/).waitFor()
  assert.equal(await devices(laptop.page).count(), 1)
  for (const { page } of [phone, tablet]) {
    await page.getByRole('button', { name: /^End/ }).first().click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  }
  await laptop.page.reload()
  await laptop.page.getByRole('heading', { name: 'Your devices' }).waitFor()
})

test('one device signs out everywhere: itself at once, with a receipt, and the other at its next click', async (t) => {
  const person = somebody()
  const [laptop, phone] = [await newProfile(t, browser), await newProfile(t, browser)]
  await signUp(laptop.page, server.origin, person)
  await signIn(phone.page, server.origin, person)
  await laptop.page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await laptop.page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
  await laptop.page.getByText(/^You are signed out everywhere\. Ended on this server in \d+ ms\.$/).waitFor()
  await phone.page.getByRole('button', { name: /^End/ }).click()
  await phone.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await laptop.page.goto(server.origin)
  await laptop.page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

test('a changed password ends the other devices and keeps this one; mistakes are told at their field', async (t) => {
  const person = somebody()
  const [laptop, phone] = [await newProfile(t, browser), await newProfile(t, browser)]
  await signUp(laptop.page, server.origin, person)
  await signIn(phone.page, server.origin, person)
  const { page } = laptop
  await page.getByText('Change password').first().click()
  const [current, next] = [
    page.getByLabel('Current password', { exact: true }),
    page.getByLabel('New password', { exact: true }),
  ]
  await current.fill('not my password at all')
  await next.fill('another fine long passphrase')
  await next.press('Enter')
  await page.getByText('This is not your current password.').waitFor()
  assert.equal(await current.getAttribute('aria-invalid'), 'true')
  assert.ok(await current.evaluate((element) => element === document.activeElement))

  await current.fill(person.password)
  await next.fill('password')
  await next.press('Enter')
  await page.getByText(/^New password is among the/).waitFor()

  await next.fill('another fine long passphrase')
  await next.press('Enter')
  await page.getByText('Your password is changed.').waitFor()
  assert.equal(await devices(page).count(), 1)
  await phone.page.getByRole('button', { name: /^End/ }).click()
  await phone.page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

test('trouble is not a verdict: without an answer nobody is sent to the sign-in form, and trying again goes on', async (t) => {
  const { page } = await newProfile(t, browser, { expected: /net::ERR_/ })
  await signUp(page, server.origin, somebody())
  await page.route('**/auth/**', (route) => route.abort())
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('status').getByText('nobody was signed out').waitFor()
  await page.reload()
  await page.getByRole('alert').getByText('nobody was signed out').waitFor()
  assert.equal(new URL(page.url()).pathname, '/account')
  await page.unroute('**/auth/**')
  await page.getByRole('button', { name: 'Try again' }).click()
  await devices(page).first().waitFor()
  await page.getByRole('alert').waitFor({ state: 'detached' })
})

for (const to of [
  ...['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'],
  ...['/.//evil.example', '/x/..//evil.example', '/%2e//evil.example', '/.\t//evil.example', '/./\\evil.example'],
]) {
  test(`signing in with ?to=${to} leads nowhere but here`, async (t) => {
    const { page } = await newProfile(t, browser)
    await page.goto(`${server.origin}/sign-up?to=${encodeURIComponent(to)}`)
    const { email, password } = somebody()
    await page.getByLabel('Email').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Your devices' }).waitFor()
    assert.equal(page.url(), `${server.origin}/account`)
  })
}
