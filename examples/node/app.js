import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { hallpass } from 'hallpass'
import { memory } from 'hallpass/memory'
import { hallpassNode, problemFor, sendPatch } from 'hallpass/node'
import { addUser, checkPassword, idOf } from './users.js'

const port = Number(process.env.PORT ?? 3000)

export const auth = hallpass({
  issuer: `http://localhost:${port}`,
  secret: process.env.AUTH_SECRET ?? randomBytes(48).toString('base64'), // keep one, or a restart signs everybody out
  store: memory(), // or sqlite('auth.db') from 'hallpass/sqlite'
  strategy: process.env.STRATEGY ?? 'session', // or 'hybrid', or 'jwt': nothing else changes
})

const enter = hallpassNode(auth)

const server = createServer((req, res) => {
  enter(req, res) // who is calling, and the endpoints under /auth
    .then((caller) => (caller === null ? undefined : route(caller, req, res)))
    .catch((error) => sendPatch(res, problemFor(error) ?? { status: 500, headers: [], body: null }))
})

async function route(caller, req, res) {
  const answer = (status, body) =>
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  switch (`${req.method} ${req.url}`) {
    case 'POST /sign-in': {
      const { email, password } = await json(req)
      if (typeof email !== 'string' || typeof password !== 'string') return answer(400)
      const id = idOf(email)
      const begun = await caller.begin(id) // before the check: "log out everywhere" in between wins
      if (!(await checkPassword(id, password))) return answer(401)
      const { tokens } = await caller.signIn(id, { begun, amr: ['pwd'], remember: true })
      return tokens === null ? answer(204) : answer(200, { tokens }) // a native client carries its own
    }
    case 'GET /me':
      return answer(200, { id: caller.require().subject })
    // Changes something, so it must come from a page of ours: require() sees to it.
    case 'POST /notes':
      return answer(201, { by: caller.require().subject })
    default:
      return answer(404)
  }
}

await addUser('u_1', 'ada@example.com', 'correct horse battery staple')
server.listen(port, () => console.log(`http://localhost:${port}`))
