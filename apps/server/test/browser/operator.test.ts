import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { inspect } from './axe.js'
import { newProfile, startChromium, userAgents, viewports } from './chromium.js'
import { asKey, signUpOperator, subjectOf, withOperators } from './operators.js'
import { RunningServer } from './running-server.js'
import { sessionId, signIn, signInApp, signUp, somebody } from './visitor.js'

const server = await RunningServer.start(withOperators)
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
})

/** Goes to a section as people do. */
async function open(page: Page, section: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: section, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: section }).waitFor()
}

async function status(page: Page, sentence: RegExp): Promise<void> {
  await page.getByRole('status').getByText(sentence).waitFor()
}

test('a visitor signs in first, and then finds the console', async (t) => {
  const { page } = await newProfile(t, browser)
  const person = await signUpOperator(page, server)
  const other = await newProfile(t, browser)
  await other.page.goto(`${server.origin}/console/keys`)
  await other.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await other.page.getByLabel('Email').fill(person.email)
  await other.page.getByLabel('Password', { exact: true }).fill(person.password)
  await other.page.keyboard.press('Enter')
  await other.page.getByRole('heading', { level: 1, name: 'Keys' }).waitFor()
})

test('who is no operator sees how to become one and nothing else, the API refuses them, and then it lets them in', async (t) => {
  const { page } = await newProfile(t, browser)
  const { email } = somebody()
  await signUp(page, server.origin, { email, password: 'violet tractor moon biscuit' })
  await page.goto(`${server.origin}/console/subjects`)
  await page.getByRole('heading', { name: 'This is for operators' }).waitFor()
  await page.getByText(`hallpass subjects grant ${email} operator`, { exact: true }).waitFor()
  assert.equal(await page.getByRole('navigation').count(), 0)
  await inspect(page, 'console-no-operator-desktop-light')
  for (const path of ['operator', 'subjects', 'events', 'keys', 'members', 'clients', 'policy', 'health', 'charts']) {
    const [code, allowed] = await page.evaluate(async (path) => {
      const answer = await fetch(`/admin/${path}`)
      return [answer.status, ((await answer.json()) as { code: string }).code] as const
    }, path)
    assert.deepEqual([code, allowed], [403, 'operator-required'], path)
  }
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Not an operator yet.').waitFor()
  await asKey(server, 'PUT', `/admin/subjects/${await subjectOf(server, page)}/roles`, { roles: ['operator'] })
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { level: 1, name: 'Subjects' }).waitFor()
})

test('a subject is found as one types, and its sessions, roles and account are in hand', async (t) => {
  const { page } = await newProfile(t, browser)
  await signUpOperator(page, server)
  const person = somebody()
  const phone = await newProfile(t, browser, { userAgent: userAgents.iphone, viewport: viewports.phone })
  await signUp(phone.page, server.origin, person)
  await signInApp(server.origin, person)

  await open(page, 'Subjects')
  await page.getByLabel('Search').pressSequentially(person.email.slice(0, 12))
  await page.getByRole('status').getByText('Showing 1 found, which is everybody found.').waitFor()
  assert.match(page.url(), /\?search=anna-/)
  await page.getByRole('link', { name: person.email }).click()
  await page.getByRole('heading', { level: 1, name: person.email }).waitFor()
  const passes = page.getByRole('listitem').filter({ hasText: 'Sign-in method' })
  assert.equal(await passes.count(), 2)
  await passes.filter({ hasText: 'Safari on iOS' }).getByText('pwd').waitFor()
  await page.getByRole('listitem').filter({ hasText: 'Made an account' }).waitFor()

  await passes
    .filter({ hasText: 'Safari on iOS' })
    .getByRole('button', { name: /^End the session/ })
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(`${person.email} is signed out on Safari on iOS at once`).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  assert.notEqual(await sessionId(phone.page), null, 'Escape means no')
  await passes
    .filter({ hasText: 'Safari on iOS' })
    .getByRole('button', { name: /^End the session/ })
    .click()
  await dialog.getByRole('button', { name: 'End it' }).click()
  await status(
    page,
    new RegExp(`^${person.email} is signed out on Safari on iOS\\. Ended on this server in \\d+ ms\\.$`),
  )
  assert.equal(await sessionId(phone.page), null)
  assert.equal(await passes.count(), 1)

  await page.getByLabel('Role').fill('Not A Role')
  await page.getByLabel('Role').press('Enter')
  await page.getByText(/^Role is no name of a role/).waitFor()
  assert.equal(await page.getByLabel('Role').inputValue(), 'Not A Role', 'what was typed is not lost')
  await page.getByLabel('Role').fill('auditor')
  await page.getByLabel('Role').press('Enter')
  await status(page, /has the role auditor now/)
  await page.getByRole('button', { name: /^Take away the role auditor/ }).click()
  await dialog.getByRole('button', { name: 'Take it away' }).click()
  await status(page, /has the role auditor no more/)

  await page.getByRole('button', { name: 'Disable the account' }).click()
  await dialog.getByText('cannot sign in until').waitFor()
  await dialog.getByRole('button', { name: 'Disable it' }).click()
  await status(page, /is disabled\. Ended/)
  await page.getByText('No session lives.').waitFor()
  await assert.rejects(signInApp(server.origin, person), /account-disabled/)
  await page.getByRole('button', { name: 'Enable the account' }).click()
  await status(page, /may sign in again/)
  await signIn(phone.page, server.origin, person)

  await page.reload()
  await page.getByRole('button', { name: 'End all sessions' }).click()
  await dialog.getByText('1 session ends').waitFor()
  await dialog.getByRole('button', { name: 'End them all' }).click()
  await status(page, /is signed out everywhere\. Ended/)
  assert.equal(await sessionId(phone.page), null)
})

test('a search for nobody says so, and one that the server cannot read says why', async (t) => {
  const { page } = await newProfile(t, browser, { expected: /status of 404 .*\/admin\/subjects\/u_nobody$/ })
  await signUpOperator(page, server)
  await open(page, 'Subjects')
  await page.getByLabel('Search').fill('nobody-has-this-email')
  await page
    .getByRole('status')
    .getByText(/^Nobody is found/)
    .waitFor()
  await page.getByLabel('Search').fill('x'.repeat(300))
  await page.getByRole('alert').getByText('Search is longer than 256 characters.').waitFor()
  await page.goto(`${server.origin}/console/subjects/u_nobody`)
  await page.getByText('There is no such subject').waitFor()
  await page.goto(`${server.origin}/console/nowhere`)
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
})

test('of many subjects a page at a time is shown, and a slow answer to an earlier search is dropped', async (t) => {
  const { page } = await newProfile(t, browser)
  await signUpOperator(page, server)
  const prefix = `many-${Date.now()}`
  for (let number = 0; number < 30; number += 1) {
    const headers = { 'content-type': 'application/json', 'hallpass-client': 'native' }
    const body = JSON.stringify({ ...somebody(), email: `${prefix}-${String(number).padStart(2, '0')}@example.com` })
    assert.ok((await fetch(`${server.origin}/auth/sign-up`, { method: 'POST', headers, body })).ok)
  }
  await open(page, 'Subjects')
  let letGo = (): void => {}
  const held = new Promise<void>((resolve) => (letGo = resolve))
  await page.route('**/admin/subjects?search=no-such*', async (route) => {
    await held
    await route.continue()
  })
  const asked = page.waitForRequest('**/admin/subjects?search=no-such*')
  await page.getByLabel('Search').fill('no-such')
  await asked
  await page.getByLabel('Search').fill(prefix)
  await page.getByRole('status').getByText('Showing 25 found, and there are more.').waitFor()
  const overtaken = page.waitForResponse('**/admin/subjects?search=no-such*')
  letGo()
  await overtaken
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByRole('status').getByText('Showing 30 found, which is everybody found.').waitFor()
  assert.equal(await page.getByRole('row').count(), 31)
})

test('a client with a key of its own is added without a secret, after the mistakes in the key are mended', async (t) => {
  const { page } = await newProfile(t, browser)
  await signUpOperator(page, server)
  await open(page, 'Clients')
  await page.getByText('Add a client').click()
  await page.getByLabel('Name', { exact: true }).fill('Ledger')
  await page.getByLabel('Services it may have tokens for').fill('https://invoices.example')
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'ledger-1' }
  for (const [written, problem] of [
    ['{"kty":', 'This is no JSON'],
    [JSON.stringify(privateKey.export({ format: 'jwk' })), 'is no public key to verify with'],
    [JSON.stringify({ keys: [jwk, jwk] }), 'has two keys of one kid'],
  ] as const) {
    await page.getByLabel('Public keys').fill(written)
    await page.getByRole('button', { name: 'Add it' }).click()
    await page.locator('form').getByText(problem).waitFor()
  }
  await page.getByLabel('Public keys').fill(JSON.stringify({ keys: [jwk] }))
  await page.getByRole('button', { name: 'Add it' }).click()
  await status(page, /^Ledger is added\.$/)
  const card = page.getByRole('listitem').filter({ hasText: 'Ledger' })
  await card.getByText('ledger-1').waitFor()
  await card.getByText('None: it proves itself with keys of its own.').waitFor()
  assert.equal(await page.getByRole('dialog').count(), 0)
})

test('clients: one is added after its mistakes are mended, its secret is shown once, and it is disabled', async (t) => {
  const { page, context } = await newProfile(t, browser)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await signUpOperator(page, server)
  await open(page, 'Clients')
  await page.getByText('Add a client').click()
  await page.getByLabel('Name', { exact: true }).fill(' <img src=x onerror=alert(1)> ')
  await page.getByLabel('Services it may have tokens for').fill('https://invoices.example\nsm\u00e5ll')
  await page.getByRole('button', { name: 'Add it' }).click()
  await page.getByText(/is not 1 to 256 visible characters/).waitFor()
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), ' <img src=x onerror=alert(1)> ')
  await page.getByLabel('Services it may have tokens for').fill('https://invoices.example')
  await page.getByRole('button', { name: 'Add it' }).click()

  const shown = page.getByRole('dialog', { name: 'The secret of <img src=x onerror=alert(1)>' })
  await shown.waitFor()
  await page.keyboard.press('Escape')
  assert.ok(await shown.isVisible(), 'Escape does not lose it')
  const [id, secret] = await shown.locator('code').allInnerTexts()
  await shown.getByRole('button', { name: 'Copy client_secret' }).click()
  await shown.getByText('Copied.').waitFor()
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret)
  await shown.getByRole('button', { name: 'I have put it away' }).click()
  await shown.waitFor({ state: 'detached' })
  await page.waitForFunction((gone) => !document.documentElement.outerHTML.includes(gone ?? ''), secret)
  const token = async (): Promise<number> => {
    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
    const body = new URLSearchParams({ grant_type: 'client_credentials', resource: 'https://invoices.example' })
    return (await fetch(`${server.origin}/oauth/token`, { method: 'POST', headers: { authorization }, body })).status
  }
  assert.equal(await token(), 200)

  const card = page.getByRole('listitem').filter({ hasText: id ?? '' })
  await card.getByRole('button', { name: /^Add a secret/ }).click()
  await page.getByRole('button', { name: 'I have put it away' }).click()
  await card
    .getByRole('button', { name: /^Remove the secret/ })
    .nth(1)
    .waitFor()
  await card
    .getByRole('button', { name: /^Remove the secret/ })
    .nth(1)
    .click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click()
  await status(page, /is removed/)
  assert.equal(await card.getByRole('button', { name: /^Remove the secret/ }).count(), 1)

  await card.getByRole('button', { name: /^Disable/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable it' }).click()
  await status(page, /gets no token any more/)
  assert.equal(await token(), 401)
  await card.getByRole('button', { name: /^Enable/ }).click()
  await status(page, /may ask for tokens again/)
})

test('the policy in force is told, with names, values and meanings', async (t) => {
  const { page } = await newProfile(t, browser)
  await signUpOperator(page, server)
  await open(page, 'Policy')
  await page.getByText('HALLPASS_STRATEGY').waitFor()
  await page.getByText('lifetimes.idle').waitFor()
  await page.getByText(server.origin, { exact: true }).first().waitFor()
})

test('trouble is no verdict: it is said, what was typed stays, and trying again goes on', async (t) => {
  const { page } = await newProfile(t, browser, { expected: /net::ERR_/ })
  await signUpOperator(page, server)
  await open(page, 'Subjects')
  await page.getByText(/^Showing/).waitFor()
  await page.route('**/admin/**', (route) => route.abort())
  await page.getByLabel('Search').fill('anna')
  await page.getByRole('alert').getByText('The server did not answer.').waitFor()
  assert.equal(await page.getByLabel('Search').inputValue(), 'anna')
  await page.unroute('**/admin/**')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page
    .getByRole('status')
    .getByText(/^Showing \d+ found/)
    .waitFor()
  assert.equal(await page.getByRole('alert').count(), 0)

  await open(page, 'Overview')
  await page.getByText(/^Answers in/).waitFor()
  await page.route('**/admin/health', (route) => route.abort())
  await page.getByRole('alert').getByText('What you see is from').waitFor()
  await page.getByText(/^Answers in/).waitFor()
})

test('what strangers wrote is text: markup does nothing, and 10,000 characters do not widen the page', async (t) => {
  const { page } = await newProfile(t, browser, { viewport: viewports.phone })
  await signUpOperator(page, server)
  const hostile = `<img src=x onerror="document.title='gone'">${'W'.repeat(10_000)}`
  const now = new Date().toISOString()
  const subject = {
    id: `u_${'i'.repeat(10_000)}`,
    account: { email: hostile, createdAt: now, disabledAt: null, roles: [hostile] },
    sessions: 1,
    lastSeenAt: now,
  }
  const device = { name: hostile, userAgent: hostile, network: hostile }
  const session = { id: hostile, subject: hostile, device, amr: [hostile], current: false, createdAt: now }
  const times = { authenticatedAt: now, lastSeenAt: now, expiresAt: now }
  const details = { reason: hostile, '<b>': { deep: [hostile] } }
  const event = { id: 'e', at: now, type: hostile, count: 2, details }
  const about = { subject: hostile, session: hostile, network: hostile }
  const answers: { readonly [path: string]: object } = {
    '**/admin/subjects?*': { subjects: [subject], next: null },
    '**/admin/subjects/*': { subject, sessions: [{ ...session, ...times }] },
    '**/admin/events?*': { events: [{ ...event, ...about }], next: null },
  }
  for (const [path, answer] of Object.entries(answers))
    await page.route(path, (route) => route.fulfill({ json: answer }))
  for (const path of ['subjects', 'subjects/u_anybody', 'events', `events?subject=${'x'.repeat(2000)}`]) {
    await page.goto(`${server.origin}/console/${path}`)
    await page.getByText('<img src=x').first().waitFor()
    for (const summary of await page.getByText('Details', { exact: true }).all()) await summary.click()
    const [wider, images] = await page.evaluate(() => [
      document.documentElement.scrollWidth - document.documentElement.clientWidth,
      document.images.length,
    ])
    assert.deepEqual([wider, images], [0, 0], path)
    assert.match(await page.title(), /Hallpass$/)
  }
})
