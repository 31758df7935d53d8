import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { RequestView } from 'hallpass'
import { type App, buildApp } from 'hallpass-server/app'
import { readConfig } from 'hallpass-server/config'
import { hallpass, type Ran, temporaryFolder } from './hallpass.js'

export const operatorKey = 'Jt4Wq9Zx2Lm7Vc5Bn8Kd3Rf6Hs1Gp0YaUe'
const password = 'violet tram under seven'

type Environment = { readonly [name: string]: string }

export interface Place {
  readonly folder: string
  readonly env: Environment
  /** The command, in that folder and with that environment. */
  run(...args: readonly string[]): Promise<Ran>
  /** The same, whose answer is JSON. */
  json<Answer>(name: string, ...args: readonly string[]): Promise<Answer>
}

/** A folder with the settings of a server on SQLite, and somebody with two sessions in its store. */
export async function place(t: TestContext): Promise<Place & { readonly id: string; readonly session: string }> {
  const folder = temporaryFolder(t)
  const env = {
    HALLPASS_SECRET: 'q7Rw2kZp9XvLm4TbYc8NdHs3FgJu6AeKx1Vo5WiB',
    HALLPASS_STORE: `sqlite:${join(folder, 'hallpass.db')}`,
  }
  const app = appOf(env)
  await app.start()
  const { id } = await app.accounts.signUp('ada@example.com', password)
  await app.accounts.signUp('ben@example.com', password)
  await app.auth.signIn(phone, id, { amr: ['pwd'] })
  const { session } = await app.auth.signIn(phone, id, { amr: ['pwd'] })
  await app.close()
  return { ...placeOf(folder, env), id, session: session.id }
}

/** The same, with a server that runs on it and is named to the command. */
export async function served(t: TestContext): Promise<Awaited<ReturnType<typeof place>>> {
  const there = await place(t)
  const server = createServer()
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const env = { ...there.env, HALLPASS_OPERATOR_KEY: operatorKey, HALLPASS_ISSUER: origin }
  const app = appOf(env)
  server.on('request', (request, response) => app.front.request(request, response))
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await app.close()
  })
  const named = { HALLPASS_SERVER: origin, HALLPASS_OPERATOR_KEY: operatorKey }
  return { ...there, ...placeOf(there.folder, named) }
}

export function placeOf(cwd: string, env: Environment): Place {
  return {
    folder: cwd,
    env,
    run: (...args) => hallpass(args, { cwd, env }),
    async json(name, ...args) {
      const { status, stdout, stderr } = await hallpass([name, '--json', ...args], { cwd, env })
      assert.deepEqual([status, stderr], [0, ''], [name, ...args].join(' '))
      return JSON.parse(stdout)
    },
  }
}

const phone: RequestView = {
  ...{ method: 'POST', path: '/', query: '', address: '192.0.2.7', body: () => ({ text: '' }) },
  header: (name) =>
    ({
      'hallpass-client': 'native',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
    })[name] ?? null,
}

function appOf(env: Environment): App {
  const reading = readConfig(env, { config: () => null, secret: () => assert.fail('a secret is given') })
  assert.ok(reading.ok, JSON.stringify(reading))
  return buildApp({ ...reading.config, logLevel: 'silent' }, { pages: new Map() })
}
