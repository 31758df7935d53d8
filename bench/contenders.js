// The contenders, each a node:http server that answers `GET /me` with the caller's subject.
import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { hallpass } from 'hallpass'
import { memory } from 'hallpass/memory'
import { hallpassNode } from 'hallpass/node'
import { sqlite } from 'hallpass/sqlite'
import { signedInApp } from 'hallpass/testing'

const callers = 200

/** @returns {Promise<{ name: string, server: import('node:http').Server, headers: string[] }[]>} */
export async function contenders() {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return [
    bare(),
    mapLookUp(),
    await ours('session, memory', { strategy: 'session', store: memory() }),
    await ours('session, SQLite', { strategy: 'session', store: sqlite(join(folder, 'session.db')) }),
    await ours('hybrid, memory', { strategy: 'hybrid', store: memory() }),
    await ours('hybrid, SQLite', { strategy: 'hybrid', store: sqlite(join(folder, 'hybrid.db')) }),
  ]
}

function bare() {
  const server = createServer((request, response) => answer(response, 200, 'u_1'))
  return { name: 'bare node:http', server, headers: Array.from({ length: callers }, () => 'cookie: sid=none') }
}

function mapLookUp() {
  const sessions = new Map()
  const ids = Array.from({ length: callers }, (_, index) => {
    const id = randomBytes(32).toString('base64url')
    sessions.set(id, `u_${index}`)
    return id
  })
  const server = createServer((request, response) => {
    const subject = sessions.get(request.headers.cookie?.slice(4))
    answer(response, subject === undefined ? 401 : 200, subject ?? 'nobody')
  })
  return { name: 'Map look-up by cookie', server, headers: ids.map((id) => `cookie: sid=${id}`) }
}

async function ours(name, options) {
  const auth = hallpass({ issuer: 'http://localhost:3000', secret: randomBytes(48).toString('base64'), ...options })
  const handle = hallpassNode(auth)
  const respond = async (request, response) => {
    const caller = await handle(request, response)
    if (caller !== null) answer(response, caller.session === null ? 401 : 200, caller.session?.subject ?? 'nobody')
  }
  const server = createServer((request, response) => void respond(request, response))
  const headers = []
  for (let caller = 0; caller < callers; caller++) {
    const { tokens } = await signedInApp(auth, `u_${caller}`, {})
    headers.push(`cookie: ${cookieName(auth)}=${tokens.accessToken ?? tokens.sessionToken}`)
  }
  return { name: `Hallpass ${name}`, server, headers }
}

function cookieName(auth) {
  return auth.policy.strategy === 'session' ? auth.policy.cookieNames.session : auth.policy.cookieNames.access
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': body.length })
  response.end(body)
}
