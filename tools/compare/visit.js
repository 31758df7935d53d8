// What script on the page can take along, and what other sites can make the browser do: in Chromium.
import { setTimeout as sleep } from 'node:timers/promises'
import { isAccepted } from './client.js'
import { sites } from './front.js'

/** A person signs in with the page, and looks at something. */
async function signedIn(browser, front) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  await page.goto(front.origin(sites.app))
  const status = await page.evaluate('signIn(1)')
  if (status !== 200) throw new Error(`signing in in the browser was answered ${status}`)
  front.credentials.length = 0
  const seen = await page.evaluate("statusOf('/me')")
  if (seen !== 200) throw new Error(`the page's own request was answered ${seen}`)
  return { context, page }
}

/** @returns {Promise<number>} bytes of the headers that Chromium sent with `GET /me` to carry the credential */
export async function bytesPerRequest(browser, front) {
  const { context } = await signedIn(browser, front)
  await context.close()
  return front.credentials[0]
}

/**
 * Script in the page looks wherever script can look, refreshes where there is something to refresh, and reads the
 * answers; what it found is then presented from elsewhere.
 *
 * @returns where it looked; where it found what works elsewhere; whether it can act as long as the page is open
 */
export async function crossSiteScripting(browser, front, { port, refreshAddress }) {
  const { context, page } = await signedIn(browser, front)
  const found = await page.evaluate(look, refreshAddress)
  const acts = (await page.evaluate("statusOf('/transfer', 'POST')")) === 200
  const carriedAway = []
  for (const [place, text] of Object.entries(found)) {
    if (await worksElsewhere(port, text)) carriedAway.push(place)
  }
  await context.close()
  return { looked: Object.keys(found), carriedAway, actsWhileOpen: acts }
}

/** Whatever is long enough to be a credential is tried as one, and all of it as a cookie header. */
async function worksElsewhere(port, text) {
  const attempts = (text.match(/[\w.%~-]{20,}/g) ?? []).map((one) => ({ authorization: `Bearer ${one}` }))
  if (/^[ -~]+$/.test(text)) attempts.push({ cookie: text })
  for (const credential of attempts) if (await isAccepted(port, credential)) return true
  return false
}

/** Runs in the page. */
async function look(refreshAddress) {
  const read = async (headers) => (await fetch(refreshAddress, { method: 'POST', headers })).text()
  return {
    'document.cookie': document.cookie,
    localStorage: Object.values(localStorage).join(' '),
    ...(refreshAddress === null
      ? {}
      : { 'the refresh answer': (await read({})) + (await read({ 'hallpass-client': 'native' })) }),
  }
}

/** From each other site: does a form, does a fetch change something in the person's name? */
export async function crossSiteRequests(browser, front, transfers) {
  const reached = {}
  for (const [name, host] of Object.entries(sites).slice(1)) {
    reached[name] = {}
    for (const [kind, lure] of Object.entries(lures(front.origin(sites.app)))) {
      const { context, page } = await signedIn(browser, front)
      const before = await transfers()
      front.lure = lure
      await page.goto(front.origin(host))
      await page.waitForLoadState('networkidle')
      await sleep(300)
      reached[name][kind] = (await transfers()) > before
      await context.close()
    }
  }
  return reached
}

const lures = (app) => ({
  form: `<!doctype html><form method="post" action="${app}/transfer"><input name="to" value="eve"></form>
    <script>document.forms[0].submit()</script>`,
  fetch: `<!doctype html><script>
    fetch('${app}/transfer', { method: 'POST', credentials: 'include', mode: 'no-cors', body: new URLSearchParams({ to: 'eve' }) })
      .catch(() => undefined)</script>`,
})
