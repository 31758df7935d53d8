// One instance of an application: node:http with Hallpass before it, `GET /me`, and a client of its own to the store.
// With a log key it serves the revocation log, and counts what that takes.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { hallpass } from 'hallpass'
import { hallpassNode, sendPatch } from 'hallpass/node'
import { signedIn, signedInApp, testBrowser } from 'hallpass/testing'
import { answerQuestions, settingsOfThisProcess, stamp } from './processes.js'
import { fillerOf } from './fill.js'
import { serveLog } from './log-server.js'
import { openStore } from './stores.js'

const issuer = 'https://app.example'
const { where, secret, strategy, lease = 2, counts = false, logKey = null } = settingsOfThisProcess()

const statements = {}
const count = (text) => void (statements[text] = (statements[text] ?? 0) + 1)
const { store, client } = await openStore(where, counts && where.engine === 'sqlite' ? count : undefined)
const auth = hallpass({ issuer, secret, store, strategy, lease, lifetimes: { accessToken: 900 } })
const filler = fillerOf(where, store, client)
const enter = hallpassNode(auth)
const server = createServer((req, res) => void answer(req, res))
// The checker keeps its connections for as long as it likes.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const log = logKey === null ? null : await serveLog(auth.feed, logKey)

async function answer(req, res) {
  const caller = await enter(req, res)
  if (caller === null) return
  const refusal = caller.guard()
  if (refusal === null) res.end(caller.session.subject)
  else sendPatch(res, refusal)
}

/** A request that carries the cookie, as the in-process checks take it. */
function viewOf(cookie) {
  return testBrowser(issuer).view('GET', '/me', { headers: { cookie } })
}

let keeping = null

answerQuestions(
  {
    async signIn(subjects) {
      const signedOnes = []
      for (const subject of subjects) {
        const { client, session } = await signedIn(auth, subject)
        signedOnes.push({ subject, id: session.id, cookie: client.view('GET', '/me').header('cookie') })
      }
      return signedOnes
    },
    async signInApps(subjects) {
      const signedOnes = []
      for (const subject of subjects) {
        const { session, tokens } = await signedInApp(auth, subject)
        signedOnes.push({ subject, id: session.id, token: tokens.accessToken })
      }
      return signedOnes
    },
    jwks: () => auth.keys.jwks(),
    below: () => auth.figures().below,
    traffic: () => log.traffic(),
    async revoke(id) {
      const began = stamp()
      const receipt = await auth.sessions.revoke(id)
      const resolvedAt = stamp()
      return { receipt, resolvedAt, milliseconds: (resolvedAt - began) / 1e6 }
    },
    async revokeAll(subject) {
      const began = stamp()
      const receipt = await auth.sessions.revokeAll(subject)
      const resolvedAt = stamp()
      return { receipt, resolvedAt, milliseconds: (resolvedAt - began) / 1e6 }
    },
    /** What it says of each cookie: a subject, or the refusal. */
    async standings(cookies) {
      const answers = await Promise.all(cookies.map((cookie) => auth.authenticate(viewOf(cookie))))
      return answers.map(({ session, refusal }) => session?.subject ?? refusal)
    },
    /** Checks one cookie every half second from now on, so that it stays a member. */
    keep(cookie) {
      clearInterval(keeping)
      const view = viewOf(cookie)
      keeping = setInterval(() => void auth.authenticate(view).catch(() => undefined), 500)
    },
    /** So many checks in this process, spread over so many seconds; yields, so that renewals run as they would. */
    async check(cookies, checks, seconds) {
      const views = cookies.map(viewOf)
      const began = performance.now()
      const batch = 256
      let accepted = 0
      for (let done = 0; done < checks; done += batch) {
        const until = Math.min(checks, done + batch)
        for (let at = done; at < until; at++) {
          if ((await auth.authenticate(views[at % views.length])).session !== null) accepted++
        }
        const ahead = (until / checks) * seconds * 1000 - (performance.now() - began)
        await new Promise((resolve) => (ahead > 1 ? setTimeout(resolve, ahead) : setImmediate(resolve)))
      }
      return { accepted, seconds: (performance.now() - began) / 1000 }
    },
    ...filler,
    incarnation: async () => (await auth.status()).lease.incarnation,
    members: () => auth.members(),
    statements: () => statements,
  },
  { port: server.address().port, log: log?.address ?? null },
)
