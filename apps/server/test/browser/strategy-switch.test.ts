import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newProfile, startChromium } from './chromium.js'
import { RunningServer } from './running-server.js'
import { devices, sessionId, signUp, somebody } from './visitor.js'

const strategies = ['session', 'hybrid', 'jwt'] as const
const server = await RunningServer.start()
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
})

const pairs = strategies.flatMap((from) => strategies.filter((to) => to !== from).map((to) => [from, to] as const))

for (const [from, to] of pairs) {
  test(`a browser signed in under ${from} is still signed in after a restart under ${to}`, async (t) => {
    await server.restart({ strategy: from })
    const { page } = await newProfile(t, browser)
    await signUp(page, server.origin, somebody())
    const before = await sessionId(page)
    assert.ok(before)
    await server.restart({ strategy: to })
    await page.goto(server.origin)
    await devices(page).first().waitFor()
    assert.equal(new URL(page.url()).pathname, '/')
    assert.equal(await sessionId(page), before)
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    assert.equal(await sessionId(page), null)
  })
}
