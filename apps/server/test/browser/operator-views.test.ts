import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { inspect, looks } from './axe.js'
import { newProfile, startChromium, userAgents } from './chromium.js'
import { focused, tabTo } from './keyboard.js'
import { asKey, signUpOperator, withOperators } from './operators.js'
import { RunningServer } from './running-server.js'
import { sessionId, signInApp, signUp, somebody } from './visitor.js'

const server = await RunningServer.start(withOperators)
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
})

const sections = ['Overview', 'Subjects', 'Keys', 'Instances', 'Events', 'Clients', 'Policy']
const person = somebody()
await asKey(server, 'POST', '/admin/clients', {
  name: 'Orders',
  grants: ['client_credentials'],
  audiences: ['https://invoices.example'],
})

for (const { colorScheme, device, viewport } of looks) {
  test(`axe-core finds nothing on any of the operator's views: ${device}, ${colorScheme}`, async (t) => {
    const view = (name: string): string => `console-${name}-${device}-${colorScheme}`
    const { page } = await newProfile(t, browser, { colorScheme, viewport })
    const operator = await signUpOperator(page, server)
    await signInApp(server.origin, operator)
    for (const section of sections) {
      await page.getByRole('navigation').getByRole('link', { name: section, exact: true }).click()
      await page.getByRole('heading', { level: 1, name: section }).waitFor()
      await page.locator('.loading').first().waitFor({ state: 'detached' })
      if (section === 'Instances')
        await page
          .getByText(/^Renewed/)
          .first()
          .waitFor()
      if (section === 'Keys') await page.getByRole('button', { name: 'Rehearse a rotation' }).click()
      if (section === 'Keys') await page.getByRole('table').waitFor()
      if (section === 'Events') await page.getByText('Details').first().click()
      if (section === 'Clients') await page.getByText('Add a client').click()
      await inspect(page, view(section.toLowerCase()))
    }
    await page.goto(`${server.origin}/console/subjects?search=${encodeURIComponent(operator.email)}`)
    await page.getByRole('main').getByRole('link', { name: operator.email }).click()
    await page.getByRole('listitem').filter({ hasText: 'Made an account' }).waitFor()
    assert.equal(await page.getByText('This one', { exact: true }).count(), 1, 'one session is the operator’s own')
    await inspect(page, view('subject'))
    await page.getByRole('button', { name: 'End all sessions' }).click()
    await inspect(page, view('question'))
  })
}

test('with the keyboard alone: from the sign-in form to the end of somebody’s session', async (t) => {
  const { page } = await newProfile(t, browser, { reducedMotion: 'reduce' })
  const operator = await signUpOperator(page, server)
  const other = await newProfile(t, browser, { userAgent: userAgents.iphone })
  await signUp(other.page, server.origin, person)
  await page.context().clearCookies()
  await page.goto(`${server.origin}/console/policy`)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await tabTo(page, 'Email')
  await page.keyboard.type(operator.email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(operator.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Policy' }).waitFor()
  await tabTo(page, /^Subjects$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Subjects' }).waitFor()
  assert.equal(await focused(page), 'Subjects', 'the focus is on the heading of the new view')
  await page.keyboard.press('Tab')
  await page.keyboard.type(person.email)
  await page.getByRole('status').getByText('Showing 1 found').waitFor()
  await tabTo(page, new RegExp(`^${person.email}$`))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: person.email }).waitFor()
  await tabTo(page, /^End the session .* on Safari on iOS$/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await tabTo(page, /^End it$/)
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('is signed out on Safari on iOS. Ended').waitFor()
  assert.match(await focused(page), /is signed out on Safari on iOS/, 'the focus is where it is said')
  assert.equal(await sessionId(other.page), null)
})

test('with the keyboard alone: every section, a rehearsal, an event and a new client', async (t) => {
  const { page } = await newProfile(t, browser, { reducedMotion: 'reduce' })
  await signUpOperator(page, server)
  const goTo = async (section: string): Promise<void> => {
    await page.keyboard.press('Shift+Tab')
    for (let presses = 0; presses < 12 && (await focused(page)) !== section; presses += 1)
      await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: section }).waitFor()
    assert.equal(await focused(page), section)
  }
  await tabTo(page, 'Policy')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Policy' }).waitFor()
  await goTo('Clients')
  await tabTo(page, 'Add a client')
  await page.keyboard.press('Enter')
  await tabTo(page, 'Name')
  await page.keyboard.type('Press')
  await tabTo(page, /^Exchange tokens/)
  await page.keyboard.press('Space')
  await tabTo(page, 'Services it may have tokens for')
  await page.keyboard.type('https://print.example')
  await tabTo(page, 'Add it')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'The secret of Press' }).waitFor()
  await tabTo(page, 'I have put it away')
  await page.keyboard.press('Enter')
  await page.getByRole('listitem').filter({ hasText: 'Press' }).getByText('token-exchange').waitFor()
  await page.getByRole('heading', { level: 1, name: 'Clients' }).focus()
  await goTo('Events')
  await tabTo(page, 'Details')
  await page.keyboard.press('Enter')
  assert.equal(await page.locator('details[open]').count(), 1)
  await page.getByRole('heading', { level: 1, name: 'Events' }).focus()
  await goTo('Instances')
  await goTo('Keys')
  await tabTo(page, 'Rehearse a rotation')
  await page.keyboard.press('Enter')
  await page.getByRole('table').waitFor()
  await page.getByRole('heading', { level: 1, name: 'Keys' }).focus()
  await goTo('Overview')
})
