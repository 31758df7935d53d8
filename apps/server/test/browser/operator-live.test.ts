import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { recordFolder } from '../record.js'
import { newProfile, screenshot, startChromium } from './chromium.js'
import { signUpOperator, withOperators } from './operators.js'
import { RunningServer } from './running-server.js'
import { sessionId, signInApp, somebody } from './visitor.js'

/** Two instances of one deployment: one store, one secret. */
const folder = mkdtempSync(join(tmpdir(), 'hallpass-console-'))
const env = {
  ...withOperators.env,
  HALLPASS_STORE: `sqlite:${join(folder, 'hallpass.db')}`,
  HALLPASS_SECRET: randomBytes(48).toString('base64url'),
}
const server = await RunningServer.start({ env })
const second = await RunningServer.start({ env, issuer: server.origin })
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
  await second.stop()
  recordFolder(folder)
  rmSync(folder, { recursive: true, force: true })
})

/** Somebody with an app: each call is a request of theirs, and answers its status. */
async function visitorOf(instance: RunningServer): Promise<() => Promise<number>> {
  const headers = { 'content-type': 'application/json', 'hallpass-client': 'native' }
  const init = { method: 'POST', headers, body: JSON.stringify(somebody()) }
  const answer = await fetch(`${instance.origin}/auth/sign-up`, init)
  const { tokens } = (await answer.json()) as { tokens: { sessionToken: string } }
  const authorization = `Bearer ${tokens.sessionToken}`
  return async () => (await fetch(`${instance.origin}/auth/session`, { headers: { authorization } })).status
}

test('instances: each renews while it serves, one that is stopped is seen as silent, and seen to come back', async (t) => {
  const { page } = await newProfile(t, browser)
  await signUpOperator(page, server)
  t.after(() => second.signal('SIGCONT'))
  // whoever serves nobody takes no part
  const useSecond = await visitorOf(second)
  assert.equal(await useSecond(), 200)
  await page.getByRole('navigation').getByRole('link', { name: 'Instances' }).click()
  const cards = page.getByRole('listitem').filter({ hasText: 'Acknowledged' })
  const other = cards.filter({ hasNotText: 'Answers you' })
  await cards
    .filter({ hasText: 'Answers you' })
    .getByText(/^Renewed/)
    .waitFor()
  await other.getByText(/^Renewed/).waitFor()
  assert.equal(await cards.count(), 2)

  const name = await other.getByRole('heading').locator('code').innerText()
  second.signal('SIGSTOP')
  await other.getByText(/^Silent for \d+\.\d s: its lease has run out\.$/).waitFor()
  await page.getByRole('status').getByText(`The instance ${name} is silent: its lease has run out.`).waitFor()
  await cards
    .filter({ hasText: 'Answers you' })
    .getByText(/^Renewed/)
    .waitFor()
  await screenshot(page, 'console-instance-silent-desktop-light')
  second.signal('SIGCONT')
  assert.equal(await useSecond(), 200)
  await other.getByText(/^Renewed/).waitFor()
  await page.getByRole('status').getByText(`The instance ${name} renews its lease.`).waitFor()
})

test('events: new ones come in at the top, or wait behind a button while somebody reads; values filter; an address can be handed on', async (t) => {
  const { page } = await newProfile(t, browser)
  await signUpOperator(page, server)
  const person = somebody()
  const headers = { 'content-type': 'application/json', 'hallpass-client': 'native' }
  const init = { method: 'POST', headers, body: JSON.stringify(person) }
  assert.ok((await fetch(`${server.origin}/auth/sign-up`, init)).ok)
  await page.getByRole('navigation').getByRole('link', { name: 'Events' }).click()
  const events = page.getByRole('listitem').filter({ has: page.locator('time') })
  await events.first().waitFor()

  const signedIn = events.filter({ has: page.getByRole('link', { name: 'Signed in', exact: true }) })
  await signedIn.first().getByText('Details').click()
  const before = await signedIn.count()
  await signInApp(second.origin, person)
  const button = page.getByRole('button', { name: /new event/ })
  await button.waitFor()
  assert.equal(await signedIn.count(), before, 'nothing moves under whoever reads')
  await button.click()
  await button.waitFor({ state: 'detached' })
  await signedIn.nth(before).waitFor()

  await page.reload()
  await signedIn.nth(before).waitFor()
  await signInApp(server.origin, person)
  await signedIn.nth(before + 1).waitFor()

  const value = signedIn.first().getByRole('link', { name: /^Only events of the subject/ })
  const subject = await value.innerText()
  await value.click()
  await page.waitForURL(`**/console/events?subject=${subject}`)
  await page.getByText('Only').waitFor()
  await events.filter({ hasText: 'Made an account' }).waitFor()
  await events.nth(3).waitFor()
  assert.equal(await events.count(), 4, 'signed up, signed in by that, and twice more')
  await page.reload()
  await events.filter({ hasText: 'Made an account' }).waitFor()
  assert.equal(await page.getByLabel('Filter by').inputValue(), 'subject')

  await page.getByLabel('Filter by').selectOption('Type')
  await page.getByLabel('Type', { exact: true }).selectOption('Made an account')
  await page.waitForURL('**/console/events?type=signed-up')
  await events.filter({ hasText: subject }).waitFor()
  assert.equal(await events.filter({ hasNotText: 'Made an account' }).count(), 0)
  await page.goBack()
  await page.waitForURL(`**/console/events?subject=${subject}`)
  await events.nth(3).waitFor()
  await page.getByRole('link', { name: 'Show everything' }).click()
  await page.waitForURL('**/console/events')
})

test('events: older ones come a page at a time', async (t) => {
  const { page } = await newProfile(t, browser)
  const operator = await signUpOperator(page, server)
  for (let times = 0; times < 105; times += 1) await signInApp(server.origin, operator)
  await page.goto(`${server.origin}/console/events?type=signed-in`)
  const events = page.getByRole('listitem').filter({ has: page.locator('time') })
  await events.nth(99).waitFor()
  await page.getByRole('button', { name: 'Show older ones' }).click()
  await page.getByText('That is all that is kept.').waitFor()
  assert.ok((await events.count()) > 105)
})

test('overview: the store, the lease and the charts of what happened, with a table of each', async (t) => {
  const { page } = await newProfile(t, browser)
  await signUpOperator(page, server)
  await page.getByText(/^Answers in \d/).waitFor()
  await page.getByText('Answers from memory').waitFor()
  const figure = page.locator('section').filter({ has: page.getByRole('heading', { level: 3, name: 'Sign-ins' }) })
  // they are counted for some seconds before they are written
  await figure.getByRole('img', { name: /^Sign-ins: [1-9][\d,]* in the last hour/ }).waitFor({ timeout: 60_000 })
  await figure.getByText('As a table').click()
  await figure.getByRole('rowheader').first().waitFor()
})

test('where the access token has expired, the console refreshes and goes on', async (t) => {
  const hybrid = await RunningServer.start({ ...withOperators, strategy: 'hybrid' })
  t.after(() => hybrid.stop())
  const { page, context } = await newProfile(t, browser)
  await signUpOperator(page, hybrid)
  const cookies = await context.cookies()
  const session = await sessionId(page)
  const access = cookies.find(({ path }) => path === '/')
  assert.ok(access !== undefined && cookies.length > 1, 'the refresh token has a cookie of its own')
  await context.clearCookies({ name: access.name })
  await page.getByRole('navigation').getByRole('link', { name: 'Policy' }).click()
  await page.getByText('HALLPASS_STRATEGY').waitFor()
  assert.equal(await sessionId(page), session)
})
