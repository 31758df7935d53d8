import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { newProfile, startChromium } from './chromium.js'
import { CuttingProxy } from './cutting-proxy.js'
import { RunningServer } from './running-server.js'
import { devices, sessionId, signInApp, signUp, somebody } from './visitor.js'

const proxy = await CuttingProxy.start()
const server = await RunningServer.start({ strategy: 'hybrid', accessToken: 2, issuer: proxy.origin })
proxy.forwardTo(server.port)
const browser = await startChromium()
after(async () => {
  await browser.close()
  await proxy.stop()
  await server.stop()
})

for (const wait of [1000, 9000]) {
  test(`the answer to a refresh is lost, and the retry ${wait} ms later finds the visitor signed in`, async (t) => {
    const { page } = await newProfile(t, browser, { expected: /net::ERR_/ })
    const rotated = server.events('refresh-rotated')
    const person = somebody()
    await signUp(page, proxy.origin, person)
    await signInApp(proxy.origin, person)
    await page.reload()
    await devices(page).nth(1).waitFor()
    const before = await sessionId(page)
    const lost = proxy.lost
    await sleep(2100)
    proxy.loseNext('/auth/refresh')
    const end = page.getByRole('button', { name: /^End/ })
    await end.click()
    await page.getByRole('status').getByText('nobody was signed out').waitFor()
    assert.equal(proxy.lost, lost + 1)
    assert.equal(server.events('refresh-rotated'), rotated + 1, 'the server had rotated')
    await sleep(wait)
    proxy.mend()
    await end.click()
    await page.getByRole('status').getByText('is signed out').waitFor()
    assert.equal(await sessionId(page), before)
    assert.equal(server.events('refresh-reused'), 0)
    assert.equal(new URL(page.url()).pathname, '/account')
  })
}
