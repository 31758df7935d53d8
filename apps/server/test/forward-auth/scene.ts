import { readFileSync } from 'node:fs'
import { get, type IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Runtime, Store, StrategyName } from 'hallpass'
import { createVerifier, type KeySet } from 'hallpass/verify'
import { readRoutes } from '#src/gateway/read-routes.js'
import { gatewayShape } from '#src/gateway/settings.js'
import { browser, type TestClient } from '../test-client.js'
import { freePort, quickPasswords, testServer, type TestServer } from '../test-server.js'
import { examples, type ProxyProgram } from './proxies.js'
import { recordingBackend, type RecordingBackend } from './recording-backend.js'

const key = 'Hc5Wz8Qn2Lt7Bv4Xk9Rd3Mf6Jp1Gs0YaEuIo'
export const anna = { email: 'anna@example.com', password: 'violet tram under seven' }

/** A proxy before a Hallpass and a backend, as browsers see it. */
export interface Scene {
  /** Of the proxy, which is also the issuer. */
  readonly origin: string
  readonly port: number
  readonly server: TestServer
  readonly backend: RecordingBackend
}

export interface SceneSetting {
  readonly strategy?: StrategyName
  readonly store?: Store
  readonly runtime?: Runtime
  /** A line of the proxy's configuration to leave out. */
  readonly left?: string
}

/** The routes are those of the example: "/" for whoever is signed in, "/public" for everybody. */
export async function openScene(t: TestContext, proxy: ProxyProgram, setting: SceneSetting = {}): Promise<Scene> {
  const [port, backend] = [await freePort(), await recordingBackend(t)]
  const origin = `http://localhost:${port}`
  const rest = { forwardAuthKeys: [key], passwords: quickPasswords, issuer: origin, routes: exampleRoutes(origin) }
  const { left, ...parts } = setting
  const server = await testServer(t, { ...parts, ...rest })
  const hallpass = Number(new URL(server.origin).port)
  await proxy.start(t, { proxy: port, hallpass, backend: backend.port }, key, left)
  const jwks = (await (await fetch(`${origin}/.well-known/jwks.json`)).json()) as KeySet
  const clock = setting.runtime === undefined ? {} : { clock: setting.runtime }
  backend.verifier = createVerifier({ issuer: origin, audience: 'notes', jwks, ...clock })
  return { origin, port, server, backend }
}

function exampleRoutes(issuer: string): ReturnType<typeof readRoutes>['routes'] {
  const file = JSON.parse(readFileSync(join(examples, 'nginx/hallpass.config.json'), 'utf8')) as { gateway: unknown }
  const around = { issuer, origins: [], audience: issuer, port: 7100, lastKnownGood: 0 }
  const { routes, mistakes } = readRoutes(gatewayShape.parse(file.gateway).routes, around)
  if (mistakes.length > 0) throw new Error(JSON.stringify(mistakes))
  return routes
}

/** Signs up through the proxy, and answers who that is. */
export async function signUp({ origin }: Scene): Promise<{ readonly one: TestClient; readonly subject: string }> {
  const one = browser(origin)
  const { json } = await one.post('/auth/sign-up', anna)
  return { one, subject: json.session.subject }
}

/** How a browser asks for a page: node:http, since fetch has a `Sec-Fetch-Mode` of its own. */
export function visit({ port }: Pick<Scene, 'port'>, one: TestClient, path: string): Promise<Visited> {
  const cookie = cookieOf(one)
  const headers = {
    ...{ accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' },
    ...(cookie === '' ? {} : { cookie }),
  }
  return new Promise((resolve, reject) => {
    const request = get({ host: 'localhost', port, path, headers, agent: false }, (res) => {
      let text = ''
      res.on('data', (chunk: Buffer) => (text += chunk.toString()))
      const location = res.headers.location?.replace(`http://localhost:${port}/`, '/')
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, location, text }))
    })
    request.on('error', reject)
  })
}

export interface Visited {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** On the same origin, where it leads there. */
  readonly location: string | undefined
  readonly text: string
}

export function cookieOf({ cookies }: TestClient): string {
  return [...cookies].map((pair) => pair.join('=')).join('; ')
}
