import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../apps/server/dist/main.js', import.meta.url))
const password = 'plum-orchard-violin-42'

/** One person's app: what the server acknowledged to it last. */
function newClient(index) {
  return { email: `person-${index}@crash.example`, refreshToken: null, accessToken: null }
}

/**
 * @param {{ kills: number, clients: number, seed: number, print?: (line: string) => void }} plan
 * @returns {Promise<{ kills: number, signIns: number, refreshes: number, inFlight: number, lost: string[], stuck: string[] }>} how many answers were acknowledged, and a line for each thing that was lost or each client that is stuck
 */
export async function crashes({ kills, clients: count, seed, print = () => {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-crash-'))
  const random = seeded(seed)
  const secret = randomBytes(48).toString('base64')
  const port = await freePort()
  // Overlap 0: every refresh rotates, so that every acknowledged one is a write that could be lost.
  writeFileSync(join(folder, 'hallpass.config.json'), JSON.stringify({ lifetimes: { overlap: 0 }, logLevel: 'silent' }))
  const told = { kills: 0, signIns: 0, refreshes: 0, inFlight: 0, lost: [], stuck: [] }
  const clients = Array.from({ length: count }, (_, index) => newClient(index))
  try {
    for (; told.kills < kills; told.kills++) {
      const server = await start(folder, port, secret)
      const origin = `http://localhost:${port}`
      await Promise.all(clients.map((client) => takesStock(origin, client, told)))
      const killed = wait(20 + random() * 600).then(() => server.kill('SIGKILL'))
      await Promise.all(clients.map((client) => worksUntilCutOff(origin, client, told, random)))
      await killed
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
      if ((told.kills + 1) % 10 === 0)
        print(`${told.kills + 1} of ${kills} kills, ${told.refreshes} refreshes acknowledged`)
    }
    const server = await start(folder, port, secret)
    await Promise.all(clients.map((client) => takesStock(`http://localhost:${port}`, client, told)))
    server.kill('SIGTERM')
    await once(server, 'exit')
    return told
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function start(folder, port, secret) {
  const server = spawn(process.execPath, [main], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: String(port), HALLPASS_SECRET: secret, HALLPASS_STRATEGY: 'hybrid' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve, reject) => {
    server.stdout.on('data', (chunk) => String(chunk).includes('Hallpass is at') && resolve())
    server.once('exit', (code) => reject(new Error(`the server stopped by itself: ${code}`)))
  })
  return server
}

/** After a restart: what was acknowledged is still there, and what was in flight is no obstacle. */
async function takesStock(origin, client, told) {
  if (client.refreshToken === null) return
  const session = await fetch(`${origin}/auth/session`, { headers: { authorization: `Bearer ${client.accessToken}` } })
  if (session.status !== 200) told.lost.push(`${client.email}: acknowledged session, now ${await session.text()}`)
  const answer = await refresh(origin, client)
  if (answer.status === 200) take(client, await answer.json())
  else told.stuck.push(`${client.email}: ${await answer.text()}`)
}

async function worksUntilCutOff(origin, client, told, random) {
  for (;;) {
    try {
      const signsIn = client.refreshToken === null || random() < 0.1
      const answer = await (signsIn ? signIn(origin, client) : refresh(origin, client))
      const body = await answer.json()
      if (answer.status !== 200) {
        told.stuck.push(`${client.email}: ${JSON.stringify(body)}`)
        return
      }
      take(client, body)
      if (signsIn) told.signIns += 1
      else told.refreshes += 1
    } catch {
      told.inFlight += 1
      return
    }
  }
}

async function signIn(origin, client) {
  const ask = (path) => post(origin, path, { email: client.email, password })
  const answer = await ask('/auth/sign-in')
  return answer.status === 401 ? ask('/auth/sign-up') : answer
}

function refresh(origin, client) {
  return post(origin, '/auth/refresh', { refreshToken: client.refreshToken })
}

function post(origin, path, body) {
  const headers = { 'content-type': 'application/json', 'hallpass-client': 'native' }
  return fetch(origin + path, { method: 'POST', headers, body: JSON.stringify(body) })
}

function take(client, { tokens }) {
  client.refreshToken = tokens.refreshToken
  client.accessToken = tokens.accessToken
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

/** Mulberry32: the same seed, the same moments. */
function seeded(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
