import type { Answer } from '../test-client.js'
import { browser, type TestClient } from '../test-client.js'
import { quickPasswords, type Setting, type TestServer, testServer } from '../test-server.js'
import type { TestContext } from 'node:test'
import type { Echo } from './backend.js'

export interface Scene extends TestServer {
  readonly host: string
  readonly ada: TestClient
  /** `Cookie` header of the browser that Ada is signed in with. */
  cookie(): string
}

/** A server with routes, and somebody who is signed in with a browser. */
export async function signedIn(t: TestContext, setting: Setting): Promise<Scene> {
  const server = await testServer(t, { passwords: quickPasswords, ...setting })
  const ada = browser(server.origin)
  const answer = await ada.post('/auth/sign-up', { email: 'ada@example.com', password: 'kite-drum-74-orchard' })
  if (answer.status !== 201 && answer.status !== 200) throw new Error(`no sign-up: ${answer.text}`)
  const cookie = (): string => [...ada.cookies].map((pair) => pair.join('=')).join('; ')
  return { ...server, host: new URL(server.origin).host, ada, cookie }
}

/** What the backend says that it got. */
export function echoOf(answer: Pick<Answer, 'text'>): Echo {
  return JSON.parse(answer.text) as Echo
}
