import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { newProfile, startChromium } from './chromium.js'
import { RunningServer } from './running-server.js'
import { devices, sessionId, signInApp, signUp, somebody } from './visitor.js'

const server = await RunningServer.start({ strategy: 'hybrid', accessToken: 2 })
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
})

for (const [way, prepare] of [
  ['Web Locks', ''],
  ['a BroadcastChannel', 'delete Navigator.prototype.locks'],
  ['neither', 'delete Navigator.prototype.locks; delete globalThis.BroadcastChannel'],
] as const) {
  test(`three tabs with an expired access token refresh at once, with ${way}: one rotation, and all go on`, async (t) => {
    const { context, page } = await newProfile(t, browser)
    await context.addInitScript(prepare)
    const rotations = server.events('refresh-rotated')
    const person = somebody()
    await signUp(page, server.origin, person)
    for (let apps = 0; apps < 3; apps += 1) await signInApp(server.origin, person)
    const tabs = [page, await context.newPage(), await context.newPage()]
    for (const tab of tabs) {
      await tab.goto(server.origin)
      await devices(tab).first().waitFor()
    }
    const before = await sessionId(page)
    let refreshes = 0
    context.on('request', (request) => (refreshes += request.url().endsWith('/auth/refresh') ? 1 : 0))
    await sleep(2100)

    await Promise.all(tabs.map((tab, nth) => tab.getByRole('button', { name: /^End/ }).nth(nth).click()))
    for (const tab of tabs) await tab.getByRole('status').getByText('is signed out').waitFor()
    assert.equal(server.events('refresh-rotated') - rotations, 1)
    assert.equal(server.events('refresh-reused'), 0)
    if (way === 'Web Locks') assert.equal(refreshes, 1)
    assert.equal(await sessionId(page), before)
    for (const tab of tabs) assert.equal(new URL(tab.url()).pathname, '/')
  })
}
