/** One of several processes: an instance that serves its log, or a verifier that asks one; told what to do over IPC. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Hallpass, hallpass } from 'hallpass'
import { logFeed, nodeHandler } from 'hallpass/node'
import { sqlite } from 'hallpass/sqlite'
import { signedInApp } from 'hallpass/testing'
import { createVerifier, type KeySet, type Verifier } from 'hallpass/verify'
import type { LogFeed } from '#src/core/store.js'
import { systemRuntime } from '#src/runtime.js'
import { testSecret } from '../open-auth.js'

export type Role =
  | { readonly role: 'instance'; readonly file: string }
  | {
      readonly role: 'verifier'
      readonly jwks: KeySet
      readonly address: string
      /** Whether its clocks stand still, as they may at the edge: one that must not hold a lease. */
      readonly isFrozen: boolean
    }

export interface Question {
  readonly number: number
  readonly verb: string
  readonly values: readonly unknown[]
}

export interface Watched {
  readonly accepted: number
  /** When the last check that was accepted began: milliseconds of the machine's one clock. */
  readonly lastAccepted: number
  readonly last: string
}

export const issuer = 'https://app.example'
export const key = 'q8Zr3Tn6Vb1Xc4Md7Kf0Hj2Lp5Ws9Yg-AeUiOoEa'

/** Every process of a machine reads it alike. */
export function moment(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

async function serve(feed: LogFeed): Promise<{ readonly address: string; readonly server: Server }> {
  const server = createServer(nodeHandler(logFeed(feed, { key })))
  await new Promise<void>((resolve) => void server.listen(0, 'localhost', resolve))
  return { address: `http://localhost:${(server.address() as AddressInfo).port}`, server }
}

function instanceVerbs(auth: Hallpass): Record<string, (...values: never[]) => unknown> {
  return {
    async signIn(subject: string) {
      const { session, tokens } = await signedInApp(auth, subject)
      return { session: session.id, token: tokens.accessToken }
    },
    jwks: () => auth.keys.jwks(),
    figures: () => auth.figures(),
    async revoke(session: string) {
      const receipt = await auth.sessions.revoke(session)
      return { receipt, returned: moment() }
    },
  }
}

function verifierVerbs(verifier: Verifier): Record<string, (...values: never[]) => unknown> {
  const watched = new Map<string, { accepted: number; lastAccepted: number; last: string }>()
  /** Asks without end, one check behind the other. */
  const watch = async (token: string, told: Watched & { accepted: number; lastAccepted: number; last: string }) => {
    while (watched.get(token) === told) {
      const began = moment()
      const verdict = await verifier.verify(token)
      told.last = verdict.ok ? 'accepted' : verdict.code
      if (verdict.ok) Object.assign(told, { accepted: told.accepted + 1, lastAccepted: began })
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  return {
    watch(token: string) {
      const told = { accepted: 0, lastAccepted: -Infinity, last: 'nothing yet' }
      watched.set(token, told)
      void watch(token, told)
    },
    told: (token: string) => watched.get(token),
    forget: (token: string) => void watched.delete(token),
  }
}

async function start(settings: Role): Promise<void> {
  let verbs: Record<string, (...values: never[]) => unknown>
  let feed: LogFeed
  if (settings.role === 'instance') {
    const auth = hallpass({ issuer, secret: testSecret, store: sqlite(settings.file), strategy: 'hybrid' })
    verbs = instanceVerbs(auth)
    feed = auth.feed
  } else {
    const stands = { ...systemRuntime, now: () => startedAt, monotonic: () => 0 }
    const { jwks, address } = settings
    const verifier = createVerifier({
      ...{ issuer, audience: issuer, jwks, log: { address, key } },
      ...(settings.isFrozen ? { clock: stands } : {}),
    })
    verbs = verifierVerbs(verifier)
    feed = verifier.feed!
  }
  const { address } = await serve(feed)
  process.on('message', ({ number, verb, values }: Question) => {
    void (async () => verbs[verb]!(...(values as never[])))().then(
      (answer) => process.send!({ number, answer }),
      (error: unknown) => process.send!({ number, error: String((error as Error).stack) }),
    )
  })
  process.on('disconnect', () => process.exit())
  process.send!({ number: 0, answer: address })
}

const startedAt = Date.now()
if (process.argv[2] !== undefined && process.send !== undefined) await start(JSON.parse(process.argv[2]) as Role)
