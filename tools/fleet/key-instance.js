// One instance that issues tokens: node:http with `GET /mint`, `POST /check`, the JWK Set and the log for verifiers.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { hallpass } from 'hallpass'
import { hallpassNode, logFeed, nodeHandler } from 'hallpass/node'
import { signedIn } from 'hallpass/testing'
import { answerQuestions, settingsOfThisProcess, stamp } from './processes.js'
import { openStore } from './stores.js'

const { where, secret, issuer, audience, logKey, cacheFor, lifetime, port = 0 } = settingsOfThisProcess()
const { store } = await openStore(where)
const auth = hallpass({
  issuer,
  secret,
  store,
  strategy: 'hybrid',
  signing: { cacheFor },
  lifetimes: { accessToken: lifetime },
})
const enter = hallpassNode(auth)
const log = nodeHandler(logFeed(auth.feed, { key: logKey }))
const changes = []
auth.on('keys-changed', (event) => changes.push(event))
const jwksRequests = {}

const server = createServer((req, res) => void answer(req, res))
server.keepAliveTimeout = 0
server.listen(port, '127.0.0.1')
await once(server, 'listening')

async function answer(req, res) {
  const path = req.url.split('?', 1)[0]
  if (path === '/.well-known/jwks.json') {
    const asker = req.headers['user-agent'] ?? 'unknown'
    jwksRequests[asker] = (jwksRequests[asker] ?? 0) + 1
  }
  if (path.startsWith('/.well-known/hallpass/log')) log(req, res)
  else if (path === '/mint') res.end(JSON.stringify(await mint()))
  else if (path === '/check') res.end(JSON.stringify(await check(await bodyOf(req))))
  else if ((await enter(req, res)) !== null) res.writeHead(404).end()
}

/** A token of a session, and one of a service. */
async function mint() {
  const { client } = await signedIn(auth, 'u_42')
  const access = /-access=([^;]+)/.exec(client.view('GET', '/me').header('cookie'))[1]
  const refresh = client.view('POST', '/auth/refresh').header('cookie')
  const { token } = await auth.tokens.issue({ audience, ttl: lifetime })
  return { access, service: token, refresh }
}

/** What this instance says of access tokens: null where it accepts, else why not. */
async function check(tokens) {
  const verdicts = await Promise.all(tokens.map((token) => auth.tokens.verify(token)))
  return verdicts.map((verdict) => (verdict.ok ? null : `${verdict.code}: ${verdict.reason}`))
}

async function bodyOf(req) {
  let text = ''
  for await (const chunk of req) text += chunk
  return JSON.parse(text)
}

async function timed(work) {
  const began = stamp()
  const answer = await work
  return { answer, resolvedAt: stamp(), milliseconds: (stamp() - began) / 1e6 }
}

answerQuestions(
  {
    rotate: () => timed(auth.keys.rotate()),
    revokeKey: (kid) => timed(auth.keys.revoke(kid)),
    rehearse: () => auth.keys.rehearse(),
    list: () => auth.keys.list(),
    changes: () => changes,
    jwksRequests: () => jwksRequests,
    async close() {
      server.closeAllConnections()
      server.close()
      await auth.close()
    },
  },
  { port: server.address().port },
)
