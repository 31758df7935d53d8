import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { hostname } from 'node:os'
import { after, test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { inspect, looks } from './axe.js'
import { newProfile, type ProfileOptions, screenshot, startChromium } from './chromium.js'
import { focused } from './keyboard.js'
import { drawnOperatorKey, grantOperator } from './operator-account.js'
import { RunningServer } from './running-server.js'
import { type Person, signIn, signUp, somebody } from './visitor.js'

const operatorKey = drawnOperatorKey()
const server = await RunningServer.start({ env: { HALLPASS_OPERATOR_KEY: operatorKey } })
const browser = await startChromium()
const others: Server[] = []
after(async () => {
  await browser.close()
  await server.stop()
  for (const other of others) {
    other.closeAllConnections()
    other.close()
  }
})

/** A server of somebody else's; `host` names where it listens. */
async function otherServer(
  answer: (req: IncomingMessage, res: ServerResponse) => void,
  host = '127.0.0.1',
): Promise<number> {
  const other = createServer(answer).listen(0, host)
  others.push(other)
  await once(other, 'listening')
  return (other.address() as AddressInfo).port
}

/** Somebody who is signed in, has the tool open, and is an operator. */
async function operator(t: TestContext, options: ProfileOptions = {}): Promise<{ page: Page; person: Person }> {
  const { page } = await newProfile(t, browser, options)
  const person = somebody()
  await signUp(page, server.origin, person)
  await grantOperator(server.origin, operatorKey, person)
  await page.goto(`${server.origin}/tools/requests`)
  await page.getByText('Requests go out from this server').waitFor()
  return { page, person }
}

async function sendTo(page: Page, url: string): Promise<void> {
  await page.getByLabel('Address').fill(url)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
}

const answer = (page: Page) => page.getByRole('region', { name: 'Answer', exact: true })
const notAnswered = (page: Page) => page.getByRole('region', { name: 'Nothing came back' })
const bodyOf = (page: Page) => page.getByRole('region', { name: 'Body of the answer' })

test('an operator signs in through the relay, sees every flag of the cookies, and uses them', async (t) => {
  const { page } = await operator(t)
  const person = somebody()
  const app = await newProfile(t, browser)
  await signUp(app.page, server.origin, person)
  await page.getByLabel('Ready-made call').selectOption('Sign in, as a browser')
  await page.getByLabel('Body', { exact: true }).fill(JSON.stringify(person))
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await answer(page).getByText('200 OK').waitFor()
  await answer(page).getByText('kept', { exact: true }).click()
  const row = (flag: string) => answer(page).getByRole('row', { name: new RegExp(`^${flag} `) })
  assert.match(await row('HttpOnly').innerText(), /Good\s+No script on the page can read it\..*6265bis/s)
  assert.match(await row('SameSite').innerText(), /Good\s+Lax/s)
  assert.match(await row('Secure').innerText(), /Look\s+Without it: right on localhost alone\./s)
  const shown = await answer(page).innerText()
  assert.match(shown, /set-cookie\s+\S+=•••;/i)
  await page.getByRole('button', { name: 'Show secrets' }).click()
  assert.doesNotMatch(await answer(page).innerText(), /•••/)
  await page.getByRole('button', { name: 'Use these cookies' }).click()
  await page.getByText('The next request carries them.').waitFor()
  await page.getByLabel('Ready-made call').selectOption('Who am I?')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await bodyOf(page).getByText('"device"').waitFor()
  assert.match(await bodyOf(page).innerText(), /^\{\n {2}"session": \{\n/)
  await page.getByLabel('Ready-made call').selectOption('Sign out')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await answer(page)
    .getByText(/^20[04]/)
    .waitFor()
  await answer(page).getByText('removed').first().waitFor()
  await page.getByLabel('Ready-made call').selectOption('Who am I?')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await answer(page).getByText('401 Unauthorized').waitFor()
  const past = page.getByRole('region', { name: 'Earlier' })
  assert.equal(await past.getByRole('listitem').count(), 4)
  await past.getByRole('button', { name: /^Take up POST .*sign-in again$/ }).click()
  const takenUp = await page.getByLabel('Body', { exact: true }).inputValue()
  assert.ok(takenUp.includes(person.email) && !takenUp.includes(person.password))
})

test('another host is asked about, with its address, before anything is sent', async (t) => {
  const asked: string[] = []
  const port = await otherServer((req, res) => {
    asked.push(req.headers.host ?? '')
    res.end('hello')
  }, hostname())
  const { page } = await operator(t)
  const host = `${hostname().toLowerCase()}:${port}`
  await sendTo(page, `http://${host}/`)
  const dialog = page.getByRole('dialog', { name: `Send it to ${host}?` })
  await dialog.getByText(/is at [\d.:a-f]+ now\./).waitFor()
  await screenshot(page, 'requests-confirm')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  assert.deepEqual(asked, [])
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await dialog.getByRole('button', { name: 'Send it there' }).click()
  await bodyOf(page).getByText('hello').waitFor()
  assert.deepEqual(asked, [host])
})

test('what may not be sent is said at once, and takes the focus', async (t) => {
  const { page } = await operator(t)
  await page.getByLabel('Name of header 1').fill('Host')
  await page.getByLabel('Value of header 1').fill('elsewhere.example')
  await sendTo(page, 'http://169.254.169.254/latest')
  const alert = page.getByRole('alert')
  await alert.getByText(/^Header 1 \(Host\) is written by whoever sends/).waitFor()
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'alert')
  await page.getByRole('button', { name: 'Remove header 1' }).click()
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await alert
    .getByText(/^The address leads nowhere that is allowed\. 169\.254\.169\.254: a link-local address/)
    .waitFor()
})

test('a step-up is asked for in between, and the request goes on by itself', async (t) => {
  const { page, person } = await operator(t)
  let refused = 0
  await page.route('**/admin/relay', (route) => {
    refused += 1
    if (refused > 1) return route.fallback()
    const problem = { title: 'Prove', status: 403, code: 'step-up-required', detail: 'Sign in again.' }
    return route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(problem) })
  })
  await sendTo(page, `${server.origin}/healthz`)
  const dialog = page.getByRole('dialog', { name: 'Is it you?' })
  await dialog.getByLabel('Password', { exact: true }).fill(person.password)
  await page.keyboard.press('Enter')
  await answer(page).getByText('200 OK').waitFor()
  assert.equal(refused, 2)
})

test('slow, endless, huge, broken and never: each is told as what it is', async (t) => {
  const slow = await otherServer((_req, res) => void setTimeout(() => res.end('at last'), 1500))
  const huge = await otherServer((_req, res) => {
    const chunk = Buffer.alloc(1_048_576, 'x')
    let left = 50
    const more = (): void => {
      while (left-- > 0 && res.write(chunk));
      if (left > 0) res.once('drain', more)
      else res.end()
    }
    more()
  })
  const deep = await otherServer((_req, res) => {
    res.setHeader('content-type', 'application/json')
    res.end(`${'['.repeat(500_000)}${']'.repeat(500_000)}`)
  })
  const never = await otherServer(() => {})
  const noHttp = createSocketServer((socket) => socket.end('220 smtp.example ESMTP\r\n')).listen(0, '127.0.0.1')
  t.after(() => noHttp.close())
  await once(noHttp, 'listening')
  const { page } = await operator(t)
  await sendTo(page, `http://127.0.0.1:${slow}/`)
  await bodyOf(page).getByText('at last').waitFor()
  await sendTo(page, `http://localhost:${huge}/`)
  await page.getByText('Only the first mebibyte is here').waitFor()
  await page.getByText('The first 200,000 of 1,048,576 characters are shown.').waitFor()
  await sendTo(page, `http://127.0.0.1:${deep}/`)
  await page.getByText('The first 200,000 of 1,000,000 characters are shown.').waitFor()
  assert.equal((await bodyOf(page).innerText()).slice(0, 1000), '['.repeat(1000), 'not indented to gigabytes')
  await sendTo(page, `http://127.0.0.1:${(noHttp.address() as AddressInfo).port}/`)
  await notAnswered(page).getByText('What was answered is no HTTP.').waitFor()
  await sendTo(page, `http://127.0.0.1:${never}/`)
  await notAnswered(page).getByText('Nothing was answered within 10 seconds.').waitFor({ timeout: 30_000 })
})

test('markup in an answer stays text, wherever it stands', async (t) => {
  const markup = `<!doctype html><img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`
  const port = await otherServer((_req, res) => {
    const cookie = `<b>=<img/onerror=1>; Path=/`
    res.writeHead(200, '<b>OK</b>', { 'Content-Type': 'text/html', 'X-Note': markup, 'Set-Cookie': cookie })
    res.end(markup)
  })
  const { page } = await operator(t)
  await sendTo(page, `http://127.0.0.1:${port}/?q=<b>`)
  await answer(page).getByText('HTML, shown as text').waitFor()
  assert.equal(await bodyOf(page).textContent(), markup)
  assert.equal(await answer(page).locator('img, script, b').count(), 0)
  assert.equal(await page.title(), 'API tester · Hallpass')
})

test('commands for curl come in and go out, without their secrets unless they are asked for', async (t) => {
  const { page } = await operator(t)
  await page.getByText('curl', { exact: true }).click()
  const paste = page.getByLabel('A command for curl')
  await paste.fill(`curl 'http://localhost/a' \\\n  -H 'X-A: it'\\''s' | sh`)
  await page.getByRole('button', { name: 'Read it' }).click()
  await page.getByText('Line 2, column 21: At "|" the shell would begin something else.').waitFor()
  const token = 'a-token-that-is-none'
  await paste.fill(
    `curl -L -X PUT ${server.origin}/healthz -H "Authorization: Bearer ${token}" -H 'X-A: b' -d '{"a":1}'`,
  )
  await page.getByRole('button', { name: 'Read it' }).click()
  await page.getByText('-L: A redirect is shown, and not followed.').waitFor()
  assert.equal(await page.getByLabel('Method').inputValue(), 'PUT')
  assert.equal(await page.getByLabel('Token', { exact: true }).inputValue(), token)
  const command = page.getByLabel('The request above as a command')
  assert.doesNotMatch(await command.inputValue(), new RegExp(token))
  await page.getByLabel('With its secrets').check()
  assert.match(await command.inputValue(), new RegExp(`-H 'Authorization: Bearer ${token}'`))
})

test('who is no operator sends from the page, and is told what that does not show', async (t) => {
  const { page } = await newProfile(t, browser, { expected: /Content Security Policy|ERR_BLOCKED_BY_CSP/ })
  const person = somebody()
  await signUp(page, server.origin, person)
  await page.goto(`${server.origin}/tools/requests`)
  await page.getByText('Requests go out from this page').waitFor()
  await page.getByText('hallpass subjects grant <email> operator').waitFor()
  await page.getByText(`hallpass request ${server.origin}/healthz`).waitFor()
  await page.getByLabel('Ready-made call').selectOption('Who am I?')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await bodyOf(page).getByText('"device"').waitFor()
  await page.getByText('A page does not see which cookies an answer sets.').waitFor()
  await screenshot(page, 'requests-page')
  await page.getByLabel('Ready-made call').selectOption('Sign out')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await answer(page)
    .getByText(/^20[04]/)
    .waitFor()
  await sendTo(page, 'http://127.0.0.1:9/')
  await notAnswered(page).getByText('This page talks to its own server alone.').waitFor()
})

test('with the keyboard alone: from the address to the answer', async (t) => {
  const { page } = await operator(t)
  await page.getByLabel('Address').focus()
  await page.keyboard.press('Enter')
  await answer(page).getByText('200 OK').waitFor()
  const reached: string[] = []
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab')
    reached.push(await focused(page))
  }
  const order = ['Send', 'Name of header 1', 'Value of header 1', 'Remove header 1', 'Add a header', 'curl']
  assert.deepEqual(
    reached.filter((one) => order.includes(one)),
    order,
  )
  assert.ok(reached.includes('Body of the answer'))
})

for (const { colorScheme, device, viewport } of looks) {
  test(`axe-core finds nothing: ${device}, ${colorScheme}`, async (t) => {
    const view = (name: string): string => `requests-${name}-${device}-${colorScheme}`
    const port = await otherServer((_req, res) => {
      const lines = ['sid=1234; Path=/; Max-Age=99999999', '__Host-id=a; Path=/', 'theme=dark; SameSite=None']
      res.writeHead(200, { 'Content-Type': 'application/json', 'Set-Cookie': lines, 'X-Long': 'x'.repeat(300) })
      res.end(JSON.stringify({ list: [1, 2.0, { deep: 'y'.repeat(300) }] }))
    })
    const { page } = await operator(t, { colorScheme, viewport })
    await inspect(page, view('start'))
    await page.getByLabel('Ready-made call').selectOption('Sign out')
    await page.getByText('curl', { exact: true }).click()
    await inspect(page, view('form'))
    await page.getByText('curl', { exact: true }).click()
    await page.getByLabel('None').check()
    await sendTo(page, `http://127.0.0.1:${port}/a?b=c`)
    await bodyOf(page).getByText('"deep"').waitFor()
    await inspect(page, view('answer'))
    await sendTo(page, 'http://127.0.0.1:9/')
    await page.getByRole('alert').waitFor()
    await inspect(page, view('refused'))
    await sendTo(page, 'http://127.0.0.1:4/')
    await page.getByText('Nothing came back').waitFor()
    await inspect(page, view('failed'))
  })
}

test('a page opened anew asks again who it is', async (t) => {
  const { page } = await newProfile(t, browser)
  const person = somebody()
  await signUp(page, server.origin, person)
  await grantOperator(server.origin, operatorKey, person)
  await page.context().clearCookies()
  await page.goto(`${server.origin}/tools/requests`)
  await page.getByText('Requests go out from this page').waitFor()
  await signIn(page, server.origin, person)
  await page.goto(`${server.origin}/tools/requests`)
  await page.getByText('Requests go out from this server').waitFor()
})
