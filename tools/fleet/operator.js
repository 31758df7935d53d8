// What the operator's console costs with a million sessions in Postgres and five instances: searches, and how soon a page
// that is open shows what happens at another instance, and one that has stopped.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'
import { atTheEnd } from './cleanup.js'
import { password, serve, signUp } from './served.js'
import { freePort, postgresClient, startStore } from './stores.js'
import { printTable, progress, quantile, round, verdict } from './table.js'

const secret = 'n3Vq8ZpTfYw2Lr6KxHd1Bc9MgUe5JaSo7QiWt0Rb'
const operatorKey = 'p5Wd0NnRkX8vYc3TqLz7Ug2HbJs9EfMa4OiQy6Ex'
const email = 'operator@example.com'
/** Milliseconds. */
const lease = 2000
/** How long the page may take to look again, and a busy machine to paint, milliseconds. */
const look = 1000

/** @param {{ sessions: number, subjects: number, searches: number, stops: number }} plan */
export async function operator({ sessions, subjects, searches, stops }) {
  const store = await startStore('postgres')
  const ports = await Promise.all(Array.from({ length: 5 }, freePort))
  const issuer = `http://localhost:${ports[0]}`
  const env = {
    HALLPASS_STORE: `postgres://postgres@127.0.0.1:${store.port}/postgres`,
    HALLPASS_SECRET: secret,
    HALLPASS_ISSUER: issuer,
    HALLPASS_OPERATOR_KEY: operatorKey,
  }
  const instances = []
  for (const port of ports) instances.push(await serve({ port, env }))
  const cookie = await signUp(issuer, email)
  await granted(issuer)
  progress(`filling in ${sessions} sessions of ${subjects} subjects`)
  await fill(store.port, sessions, subjects)

  await timeSearches(issuer, subjects, searches)
  const broken = await watchPages(issuer, instances, cookie, stops)
  for (const instance of instances) await instance.stop()
  await store.stop()
  return verdict(
    'operator',
    'an open console shows what other instances do, and one that stopped within a lease',
    broken,
  )
}

async function asked(origin, path, options = {}) {
  const headers = { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' }
  const answer = await fetch(origin + path, { headers, ...options })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

async function granted(origin) {
  const { subjects } = await asked(origin, `/admin/subjects?search=${encodeURIComponent(email)}`)
  const path = `/admin/subjects/${encodeURIComponent(subjects[0].id)}/roles`
  await asked(origin, path, { method: 'PUT', body: JSON.stringify({ roles: ['operator'] }) })
}

/** Copies of the one session and the one account that are there, each with a name of its own. */
async function fill(port, sessions, subjects) {
  const client = postgresClient(port)
  const subject = `'u_' || substr(md5((number % ${subjects})::text), 1, 22)`
  await client.query(
    `INSERT INTO hallpass.accounts (id, email, password_hash, created_at, version)
     SELECT ${subject}, 'person' || number || '@example.com', password_hash, created_at, 1
     FROM hallpass.accounts, generate_series(0, $1::int - 1) AS number WHERE email = $2`,
    [subjects, email],
  )
  const id = "substr(id, 1, 13) || lpad(number::text, 10, '0') || right(id, 1)"
  const columns = `version, subject_version, deployment_version, generation, confirmed_generation, created_at,
    last_seen_at, idle_expires_at, absolute_expires_at, ended`
  await client.query(
    `INSERT INTO hallpass.sessions (id, subject, ${columns}, record)
     SELECT ${id}, ${subject}, ${columns}, replace(replace(record, id, ${id}), '"' || subject || '"', '"' || ${subject} || '"')
     FROM hallpass.sessions, generate_series(0, $1::int - 1) AS number
     WHERE subject = (SELECT id FROM hallpass.accounts WHERE email = $2)`,
    [sessions, email],
  )
  await client.query('VACUUM ANALYZE hallpass.sessions')
  await client.query('VACUUM ANALYZE hallpass.accounts')
  await client.end()
}

async function timeSearches(origin, subjects, searches) {
  const any = () => Math.floor(Math.random() * subjects)
  const { subjects: first } = await asked(origin, '/admin/subjects')
  const { sessions } = await asked(origin, `/admin/subjects/${encodeURIComponent(first[0].id)}`)
  const kinds = {
    'a whole email': () => `?search=person${any()}%40example.com`,
    'the beginning of an email': () => `?search=person${any() % 1000}`,
    'the beginning of an id': () => `?search=u_${any().toString(16).slice(0, 3)}`,
    'the id of a session': () => `?search=${sessions[0]?.id ?? 'none'}`,
    'nothing: the first page': () => '',
    'what nobody has': () => '?search=zzzz',
  }
  const rows = []
  for (const [kind, query] of Object.entries(kinds)) {
    const took = []
    for (let done = 0; done < searches; done++) {
      const began = performance.now()
      await asked(origin, `/admin/subjects${query()}`)
      took.push(performance.now() - began)
    }
    const [p50, p95, max] = [0.5, 0.95, 1].map((share) => round(quantile(took, share), 1))
    rows.push({ 'searched for': kind, 'p50 ms': p50, 'p95 ms': p95, 'max ms': max })
  }
  printTable(`${searches} searches each, over HTTP`, rows)
}

/** Stops instances one after the other while the page of instances is open, and has things happen at others meanwhile. */
async function watchPages(issuer, instances, cookie, stops) {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--disable-gpu'],
  })
  const forget = atTheEnd(() => void browser.close())
  const context = await browser.newContext()
  const page = await context.newPage()
  await signInAt(page, issuer)
  const stopTraffic = keepBusy(
    instances.map(({ origin }) => origin),
    cookie,
  )
  const silences = []
  const wakings = []
  await page.goto(`${issuer}/console/instances`)
  await page
    .locator('li.instance.renews')
    .nth(instances.length - 1)
    .waitFor()
  for (let done = 0; done < stops; done++) {
    const instance = instances[1 + (done % (instances.length - 1))]
    const card = page.locator('li.instance', { hasText: await nameOf(instance.origin) })
    process.kill(instance.pid, 'SIGSTOP')
    silences.push(await shownAfter(card.and(page.locator('.late, .silent'))))
    process.kill(instance.pid, 'SIGCONT')
    wakings.push(await shownAfter(card.and(page.locator('.renews'))))
    progress(`stopped ${done + 1} of ${stops}: told after ${Math.round(silences.at(-1))} ms`)
  }
  const arrivals = []
  await page.goto(`${issuer}/console/events`)
  await page.locator('.entry').first().waitFor()
  for (let done = 0; done < stops; done++) {
    const { origin } = instances[1 + (done % (instances.length - 1))]
    const own = await signUp(origin, `event-${done}@example.com`, issuer)
    const { session } = await (await fetch(`${origin}/auth/session`, { headers: { cookie: own } })).json()
    arrivals.push(await shownAfter(page.locator('.entry', { hasText: session.subject }).first()))
  }
  stopTraffic()
  await browser.close()
  forget()
  printTable(`${stops} times, as the open page shows it (ms)`, [
    row('an instance that was stopped', silences),
    row('the same, going on', wakings),
    row('an event of another instance', arrivals),
  ])
  const slowest = Math.max(...silences)
  return slowest <= lease + look ? [] : [`one that was stopped was told after ${Math.round(slowest)} ms`]
}

function row(what, took) {
  const [p50, max] = [0.5, 1].map((share) => Math.round(quantile(took, share)))
  return { shown: what, p50, max }
}

async function shownAfter(locator) {
  const began = performance.now()
  await locator.waitFor({ timeout: 30_000 })
  return performance.now() - began
}

async function signInAt(page, issuer) {
  await page.goto(`${issuer}/sign-in?to=%2Fconsole`)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

/** What the page calls an instance. */
async function nameOf(origin) {
  const { members } = await asked(origin, '/admin/members')
  return members.find(({ self }) => self).incarnation.slice(0, 8)
}

/** An instance renews its lease while it serves people who are signed in. */
function keepBusy(origins, cookie) {
  const ask = () => {
    // One that is stopped does not answer.
    for (const origin of origins)
      fetch(`${origin}/auth/session`, { headers: { cookie }, signal: AbortSignal.timeout(1000) }).catch(() => undefined)
  }
  const timer = setInterval(ask, 250)
  return () => clearInterval(timer)
}

function chromiumPath() {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, 'chromium')).find((file) => existsSync(file))
}
