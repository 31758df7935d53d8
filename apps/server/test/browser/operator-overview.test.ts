import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { TokensBody } from '#src/admin/contract.js'
import { inspect, looks } from './axe.js'
import { newProfile, startChromium } from './chromium.js'
import { asKey, signUpOperator, withOperators } from './operators.js'
import { RunningServer, type ServerSettings } from './running-server.js'
import { somebody } from './visitor.js'

/** A module for the server to load first: its clock is so many minutes behind. */
function behind(minutes: number): ServerSettings {
  const script = `const now=Date.now;Date.now=()=>now()-${minutes * 60_000}`
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(script)}`
  return { strategy: 'hybrid', env: { ...withOperators.env, ...(minutes === 0 ? {} : { NODE_OPTIONS }) } }
}

/** What happened, and how long ago: minutes, times. */
const past: readonly { readonly ago: number; readonly people: number; readonly refreshes: number }[] = [
  { ago: 52, people: 2, refreshes: 1 },
  { ago: 37, people: 5, refreshes: 2 },
  { ago: 22, people: 3, refreshes: 4 },
  { ago: 9, people: 4, refreshes: 2 },
  { ago: 0, people: 2, refreshes: 1 },
]

const server = await RunningServer.start(behind(past[0]!.ago))
const browser = await startChromium()
after(async () => {
  await browser.close()
  await server.stop()
})

async function send(path: string, body: object, headers: { readonly [name: string]: string } = {}): Promise<Response> {
  const sent = { 'content-type': 'application/json', 'hallpass-client': 'native', ...headers }
  return fetch(server.origin + path, { method: 'POST', headers: sent, body: JSON.stringify(body) })
}

/** Somebody with an app: signs up and in, refreshes, mistypes, is refused in several ways, and is signed out. */
async function visit(refreshes: number): Promise<void> {
  const person = somebody()
  await send('/auth/sign-up', person)
  const answer = await send('/auth/sign-in', person)
  let { tokens } = (await answer.json()) as { tokens: TokensBody }
  const first = tokens.refreshToken
  for (let times = 0; times < refreshes; times += 1) {
    const refreshed = await send('/auth/refresh', { refreshToken: tokens.refreshToken })
    assert.equal(refreshed.status, 200)
    tokens = ((await refreshed.json()) as { tokens: TokensBody }).tokens
  }
  const bearer = { authorization: `Bearer ${tokens.accessToken}` }
  await send('/auth/sign-in', { ...person, password: 'one that it is not' })
  await fetch(`${server.origin}/auth/session`, { headers: { authorization: 'Bearer nonsense' } })
  await fetch(`${server.origin}/auth/session`, { headers: { authorization: `Bearer ${tokens.accessToken}x` } })
  await send('/auth/sign-out', {}, { 'hallpass-client': '', cookie: 'a=1', origin: 'https://elsewhere.example' })
  // two generations old: somebody has a copy of it
  if (refreshes > 1) await send('/auth/refresh', { refreshToken: first })
  await send('/auth/sign-out', {}, bearer)
  await fetch(`${server.origin}/auth/session`, { headers: bearer })
}

for (const { ago, people, refreshes } of past) {
  if (ago !== past[0]!.ago) await server.restart(behind(ago))
  for (let person = 0; person < people; person += 1) await visit(refreshes)
}

test('the overview of an hour in which something happened: figures, legends and tables say what, on any screen', async (t) => {
  const { page } = await newProfile(t, browser)
  await signUpOperator(page, server)
  const answer = await asKey(server, 'GET', '/admin/charts?minutes=60')
  const { series } = (await answer.json()) as { series: { [name: string]: number[] } }
  const refused = Object.keys(series).filter((name) => name.startsWith('refused:'))
  assert.ok(refused.length >= 3, refused.join(' '))
  for (const { colorScheme, device, viewport } of looks) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize(viewport)
    await page.reload()
    await page.getByRole('img', { name: /^Sign-ins/ }).waitFor()
    for (const code of refused.slice(0, 4)) await page.getByText(code.slice('refused:'.length)).first().waitFor()
    assert.equal(await page.getByText('None in this hour.').count(), 0)
    await inspect(page, `console-overview-busy-${device}-${colorScheme}`)
  }
})
