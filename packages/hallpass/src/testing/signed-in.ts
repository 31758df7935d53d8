import type { Hallpass, SignInOptions, TokensBody } from '../api.js'
import type { Session } from '../core/session.js'
import { testApp, testBrowser, type TestClient } from './test-client.js'

/** A client that has signed in, ready to ask with. */
export interface SignedIn {
  readonly session: Session
  readonly client: TestClient
  /** Null for a browser, which carries cookies. */
  readonly tokens: TokensBody | null
}

/** Signs a subject in from a browser of its own, without a server or a network. */
export async function signedIn(
  auth: Hallpass,
  subject: string,
  options: SignInOptions & { readonly device?: string } = {},
): Promise<SignedIn> {
  const { device, ...rest } = options
  return signInFrom(testBrowser(auth.policy.issuer, device), auth, subject, rest)
}

/** Signs a subject in from a native app of its own. */
export async function signedInApp(
  auth: Hallpass,
  subject: string,
  options: SignInOptions = {},
): Promise<SignedIn & { readonly tokens: TokensBody }> {
  const { session, client, tokens } = await signInFrom(testApp(), auth, subject, options)
  if (tokens === null) throw new Error('a native client was given no tokens')
  return { session, client, tokens }
}

async function signInFrom(
  client: TestClient,
  auth: Hallpass,
  subject: string,
  options: SignInOptions,
): Promise<SignedIn> {
  const issued = await auth.signIn(client.view('POST', '/sign-in'), subject, options)
  client.receive(issued.patch)
  return { session: issued.session, client, tokens: issued.tokens }
}
