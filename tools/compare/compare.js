// Runs the five ways one after another and tells what was seen. Nothing is scaled silently: what a shortened token did is
// said of a shortened token.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'
import { createClient } from '@redis/client'
import { chromium } from 'playwright-core'
import { atTheEnd } from '../fleet/cleanup.js'
import { launch } from '../fleet/processes.js'
import { countingProxy } from '../fleet/proxy.js'
import { startStore } from '../fleet/stores.js'
import { progress } from '../fleet/table.js'
import { requests, signIn } from './client.js'
import { siteFlags, sites, startFront } from './front.js'
import { revocation } from './revocation.js'
import { bytesPerRequest, crossSiteRequests, crossSiteScripting } from './visit.js'
import { ways } from './ways.js'

const { devDependencies: versions } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'))

const warm = 1000
const warmSeconds = 5

/** @param {{ shortenedBy: number, only?: string[] }} options `shortenedBy`: 1 to wait for real lifetimes */
export async function compare({ shortenedBy, only }) {
  const front = await startFront()
  const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', ...siteFlags]
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: flags })
  const forget = atTheEnd(() => front.close())
  try {
    const results = []
    for (const way of ways.filter(({ id }) => only === undefined || only.includes(id))) {
      results.push(await measured(way, { front, browser, shortenedBy }))
    }
    const machine = {
      node: process.version,
      cores: availableParallelism(),
      redis: redisVersion,
      chromium: major(browser),
    }
    const date = new Date().toISOString().slice(0, 10)
    return { date, machine, shortenedBy, warm: { requests: warm, seconds: warmSeconds }, ways: results }
  } finally {
    await browser.close()
    forget()
  }
}

function chromiumPath() {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, 'chromium')).find((file) => existsSync(file))
}

let redisVersion = ''

function major(browser) {
  return browser.version().split('.')[0]
}

async function measured(way, { front, browser, shortenedBy }) {
  const say = (what) => progress(`${way.id}: ${what}`)
  const origin = front.origin(sites.app)
  const store = await startStore('redis')
  const proxy = await countingProxy('redis', store.port)
  const secret = randomBytes(48).toString('base64')
  const running = []
  const start = async (redisPort, { accessSeconds = way.accessSeconds, sameSite } = {}) => {
    const settings = { id: way.id, redisPort, secret, issuer: origin, accessSeconds, sameSite }
    const instance = await launch('../compare/instance.js', settings)
    running.push(instance)
    return instance
  }
  try {
    const one = await start(proxy.port)
    const { port, refreshAddress, signOutAddress } = one.ready
    front.target = port
    say('where the state lives')
    await signIn(port, origin, 8)
    const keys = await keysOfSignIn(store.port, () => signIn(port, origin, 1))
    const credential = await signIn(port, origin, 2)
    say(`${warm} warm requests`)
    await requests(port, credential, 200)
    const commands = await commandsOf(proxy, () => requests(port, credential, warm, warmSeconds))
    say('in Chromium')
    const bytes = await bytesPerRequest(browser, front)
    const xss = await crossSiteScripting(browser, front, { port, refreshAddress })
    const csrf = await crossSiteRequests(browser, front, () => one.ask('transfers'))
    let withSameSite = null
    if (way.sameSite === true) {
      say('in Chromium, with SameSite=Lax')
      const lax = await start(store.port, { sameSite: 'lax' })
      front.target = lax.ready.port
      withSameSite = await crossSiteRequests(browser, front, () => lax.ask('transfers'))
    }
    const tokenSeconds = way.untilExp === true ? way.accessSeconds / shortenedBy : way.accessSeconds
    say(way.untilExp === true ? `a copy after the sign-out, up to ${tokenSeconds} s` : 'a copy after the sign-out')
    const pair = [
      await start(store.port, { accessSeconds: tokenSeconds }),
      await start(store.port, { accessSeconds: tokenSeconds }),
    ]
    const [here, elsewhere] = pair.map(({ ready }) => ready.port)
    const revoked = await revocation({ here, elsewhere, origin, signOutAddress })
    const lifetimes = way.untilExp === true ? { configuredSeconds: way.accessSeconds, tokenSeconds } : null
    return {
      id: way.id,
      packages: Object.fromEntries(way.packages.map((name) => [name, versions[name]])),
      keys,
      bytesPerRequest: bytes,
      commands,
      revocation: { untilExp: lifetimes, ...revoked },
      xss,
      csrf: { asItComes: csrf, withSameSite },
    }
  } finally {
    for (const instance of running) await instance.end()
    proxy.close()
    await store.stop()
  }
}

/** The keys in Redis that a sign-in added, with what is particular to it left out. */
async function keysOfSignIn(redisPort, act) {
  const client = createClient({ url: `redis://127.0.0.1:${redisPort}` })
  await client.connect()
  redisVersion = /redis_version:(\S+)/.exec(await client.sendCommand(['INFO', 'server']))[1]
  const keys = () => client.sendCommand(['KEYS', '*'])
  const before = new Set(await keys())
  await act()
  const added = (await keys()).filter((key) => !before.has(key))
  client.destroy()
  return added.map((key) => key.replace(/[\w-]{16,}|"u_\d+"/g, '…')).sort()
}

async function commandsOf(proxy, act) {
  const before = { ...proxy.counts }
  await act()
  const counts = Object.entries(proxy.counts).map(([name, count]) => [name, count - (before[name] ?? 0)])
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}
