// The server as its users start it, in processes of its own, and browsers that have signed in to it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { atTheEnd } from './cleanup.js'

const main = fileURLToPath(new URL('../../apps/server/dist/main.js', import.meta.url))
export const password = 'violet tram under seven'

/**
 * Starts one; resolves when it serves.
 *
 * @param {{ port: number, env?: Record<string, string>, config?: object, before?: string[] }} settings `before`: a
 * command that starts it, such as `['taskset', '-c', '1']`
 */
export async function serve({ port, env = {}, config = {}, before = [] }) {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-served-'))
  writeFileSync(join(folder, 'hallpass.config.json'), JSON.stringify({ logLevel: 'error', ...config }))
  const [program, ...args] = [...before, process.execPath, main]
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const end = atTheEnd(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const ended = once(child, 'exit')
  await new Promise((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (chunk) => {
      if ((said += chunk).includes('Hallpass is at')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`the server ended with code ${code}: ${said}`)))
  })
  return {
    pid: child.pid,
    origin: `http://localhost:${port}`,
    async stop() {
      end()
      await ended
    },
  }
}

/** Somebody new: the cookies that their browser would send from now on, as a header. `page`: the origin of the form. */
export async function signUp(origin, email, page = origin) {
  return cookieOf(await post(origin, '/auth/sign-up', { email, password }, page))
}

/** The same person on one more device. */
export async function signIn(origin, email) {
  return cookieOf(await post(origin, '/auth/sign-in', { email, password }))
}

function post(origin, path, body, page = origin) {
  const headers = { origin: page, 'content-type': 'application/json' }
  return fetch(origin + path, { method: 'POST', headers, body: JSON.stringify(body) })
}

function cookieOf(answer) {
  if (!answer.ok) throw new Error(`refused: ${answer.status}`)
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .filter((pair) => !pair.endsWith('='))
    .join('; ')
}
