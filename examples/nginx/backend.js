// What stands behind the proxy. Whoever comes here has been let in by Hallpass, and says so with a token for "notes".
import { createServer } from 'node:http'
import { createVerifier } from 'hallpass/verify'

const { HALLPASS_ISSUER: issuer = 'http://localhost:7200', PORT: port = '7300' } = process.env
const verifier = createVerifier({ issuer, audience: 'notes', jwks: `${issuer}/.well-known/jwks.json` })

/** Who is calling, null for nobody. On a public address nobody has to be. */
async function subjectOf({ headers }) {
  const [, token] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? []
  if (token === undefined) return null
  const verdict = await verifier.verify(token)
  if (!verdict.ok) throw new Error(`no token for this backend: ${verdict.code}`)
  return verdict.claims.sub
}

const page = (subject) => `<!doctype html><title>Notes</title><h1>Notes of <b>${subject}</b></h1>`

async function respond(request, response) {
  const subject = await subjectOf(request)
  const isOpen = request.url.startsWith('/public')
  if (subject === null && !isOpen) return answer(response, 401, 'text/plain', 'no token came with the request')
  if (request.url === '/') return answer(response, 200, 'text/html; charset=utf-8', page(subject))
  const { cookie = '' } = request.headers
  answer(response, 200, 'application/json', JSON.stringify({ subject, address: request.url, cookie }))
}

function answer(response, status, type, body) {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

createServer((request, response) => {
  respond(request, response).catch((error) => answer(response, 401, 'text/plain', error.message))
}).listen(port, '127.0.0.1', () => console.log(`the backend listens on ${port}`))
