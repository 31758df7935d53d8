import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { newProfile, startChromium } from './chromium.js'
import { asKey, signUpOperator, withOperators } from './operators.js'
import { RunningServer } from './running-server.js'
import { type Person, sessionId, signUp, somebody } from './visitor.js'

const browser = await startChromium()
after(() => browser.close())

/** So long after a sign-in it takes a step-up to change something. Minutes. */
const late = 11

/** A module for the server to load first: its clock is ahead. */
const ahead = `data:text/javascript,${encodeURIComponent(`const now=Date.now;Date.now=()=>now()+${late * 60_000}`)}`

/** An operator who signed in a while ago, on a server of their own. */
async function operatorOfEarlier(t: TestContext): Promise<{ server: RunningServer; page: Page; person: Person }> {
  const server = await RunningServer.start(withOperators)
  t.after(() => server.stop())
  const { page } = await newProfile(t, browser, { expected: /net::ERR_/ })
  const person = await signUpOperator(page, server)
  await page.goto('about:blank')
  await server.restart({ env: { ...withOperators.env, NODE_OPTIONS: `--import=${ahead}` } })
  return { server, page, person }
}

test('a dangerous act asks for the password: a wrong one says so, cancelling changes nothing, the right one lets it go on by itself', async (t) => {
  const { server, page, person } = await operatorOfEarlier(t)
  const other = await newProfile(t, browser)
  const victim = somebody()
  await signUp(other.page, server.origin, victim)
  await page.goto(`${server.origin}/console/subjects?search=${encodeURIComponent(victim.email)}`)
  await page.getByRole('link', { name: victim.email }).click()
  await page.getByRole('button', { name: 'End all sessions' }).click()
  const question = page.getByRole('dialog', { name: 'End all sessions of this subject?' })
  await question.getByRole('button', { name: 'End them all' }).click()

  const proof = page.getByRole('dialog', { name: 'Is it you?' })
  const password = proof.getByLabel('Password', { exact: true })
  await password.waitFor()
  assert.ok(await password.evaluate((element) => element === document.activeElement))
  await password.fill('not the password at all')
  await page.keyboard.press('Enter')
  await proof.getByText('This is not your password. Nothing was changed.').waitFor()
  await proof.getByRole('button', { name: 'Cancel' }).click()
  await proof.waitFor({ state: 'detached' })
  await question.getByText('Nothing was changed.').waitFor()
  assert.notEqual(await sessionId(other.page), null)

  await question.getByRole('button', { name: 'End them all' }).click()
  await password.fill(person.password)
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText(`${victim.email} is signed out everywhere. Ended`).waitFor()
  assert.equal(await page.getByRole('dialog').count(), 0)
  assert.equal(await sessionId(other.page), null)

  await page.getByLabel('Role').fill('auditor')
  await page.getByLabel('Role').press('Enter')
  await page.getByRole('status').getByText('has the role auditor now').waitFor()
  assert.equal(await page.getByRole('dialog').count(), 0, 'for a while nothing more is asked')
})

test('what needs no question needs the password too, and loses nothing of what was typed when it is not given', async (t) => {
  const { server, page, person } = await operatorOfEarlier(t)
  await page.goto(`${server.origin}/console/clients`)
  await page.getByText('Add a client').click()
  await page.getByLabel('Name', { exact: true }).fill('Orders')
  await page.getByLabel('Services it may have tokens for').fill('https://invoices.example')
  await page.getByRole('button', { name: 'Add it' }).click()
  const proof = page.getByRole('dialog', { name: 'Is it you?' })
  await proof.waitFor()
  await page.keyboard.press('Escape')
  await proof.waitFor({ state: 'detached' })
  await page.getByText('Nothing was changed.').waitFor()
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Orders')
  const { clients } = (await (await asKey(server, 'GET', '/admin/clients')).json()) as { clients: readonly unknown[] }
  assert.deepEqual(clients, [])
  await page.getByRole('button', { name: 'Add it' }).click()
  await proof.getByLabel('Password', { exact: true }).fill(person.password)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'The secret of Orders' }).waitFor()
})

test('keys: the ring as a time line, a rehearsal, a rotation, and an emergency revocation behind a word', async (t) => {
  const { server, page, person } = await operatorOfEarlier(t)
  const ring = async () => {
    const { keys } = (await (await asKey(server, 'GET', '/admin/keys')).json()) as {
      keys: readonly { readonly kid: string; readonly state: string }[]
    }
    return Object.fromEntries(keys.map(({ kid, state }) => [state, kid]))
  }
  const before = await ring()
  await page.clock.setFixedTime(Date.now() + late * 60_000)
  await page.goto(`${server.origin}/console/keys`)
  await page.locator('.key-ring svg rect').first().waitFor()
  const spoken = page.getByRole('region', { name: 'The key ring in time' }).getByRole('listitem')
  assert.match((await spoken.allTextContents()).join(' '), new RegExp(`${before.active}: Active\\. Since .* Retires `))

  await page.getByRole('button', { name: 'Rehearse a rotation' }).click()
  const row = (kid: string) => page.getByRole('row').filter({ hasText: kid })
  await row(before.next!).getByText('Active').waitFor()
  await row(before.active!).getByText('Retiring').waitFor()
  await page.getByText('It is safe:').waitFor()
  assert.deepEqual(await ring(), before, 'a rehearsal changes nothing')

  await page.getByRole('button', { name: 'Rotate now' }).click()
  const dialog = page.getByRole('dialog', { name: 'Rotate the signing keys?' })
  await dialog.getByText(before.next!).waitFor()
  await dialog.getByRole('button', { name: 'Rotate' }).click()
  await page.getByRole('dialog', { name: 'Is it you?' }).getByLabel('Password', { exact: true }).fill(person.password)
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText(`The key ${before.next} signs from now on.`).waitFor()
  assert.equal((await ring()).active, before.next)

  await page.getByRole('button', { name: 'Rotate now' }).click()
  await dialog.getByRole('button', { name: 'Rotate' }).click()
  await dialog.getByRole('alert').waitFor()
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: `Revoke the key ${before.next} in an emergency` }).click()
  const emergency = page.getByRole('dialog', { name: 'Revoke this key in an emergency?' })
  await emergency.getByRole('button', { name: 'Revoke the key' }).click()
  await emergency.getByText('Type “revoke”, as it is written here.').waitFor()
  assert.equal((await ring()).active, before.next)
  await emergency.getByLabel('Type “revoke” to go on').fill('revoke')
  await page.keyboard.press('Enter')
  await page
    .getByRole('status')
    .getByText(new RegExp(`^The key ${before.next} is revoked\\. Ended on this server in`))
    .waitFor()
  assert.notEqual((await ring()).active, before.next)
})

test('every session there is ends behind a word: the operator’s too', async (t) => {
  const { server, page, person } = await operatorOfEarlier(t)
  const other = await newProfile(t, browser)
  await signUp(other.page, server.origin, somebody())
  await page.goto(`${server.origin}/console/subjects`)
  await page.getByRole('button', { name: 'End every session there is' }).click()
  const question = page.getByRole('dialog', { name: 'End every session there is?' })
  await question.getByRole('button', { name: 'End every session' }).click()
  await question.getByText('as it is written here').waitFor()
  await question.getByLabel('Type “everybody” to go on').fill('everybody')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Is it you?' }).getByLabel('Password', { exact: true }).fill(person.password)
  await page.keyboard.press('Enter')
  await page
    .getByRole('status')
    .getByText(/^Every session there was is over\. Ended on this server in/)
    .waitFor()
  assert.equal(await sessionId(other.page), null)
  await page.getByRole('link', { name: 'Policy' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  assert.match(page.url(), /to=%2Fconsole%2Fpolicy/)
})
