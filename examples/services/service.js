// What the two services in Node.js have in common: they answer whoever they know, and call each other.
import { createServer } from 'node:http'
import { callers } from './tokens.js'

/** Serves routes such as `GET /orders`; each answers JSON, or null for whoever may not have it. */
export function serve(audience, routes) {
  const callerOf = callers(audience)
  const { PORT: port } = process.env
  const respond = async (request, response) => {
    try {
      const caller = await callerOf(request)
      const route = routes[`${request.method} ${request.url}`]
      const value = caller === null || route === undefined ? null : await route(caller)
      answer(response, value === null ? 401 : 200, value ?? { error: 'nobody is signed in' })
    } catch (error) {
      console.error(error)
      answer(response, 502, { error: 'a service that is needed does not answer' })
    }
  }
  createServer((request, response) => void respond(request, response)).listen(port, 'localhost', () =>
    console.log(`listening on ${port}`),
  )
}

/** Calls another service; its JSON, or null where it knows nobody by that token. */
export async function call(address, token, method = 'GET') {
  const response = await fetch(address, { method, headers: { authorization: `Bearer ${token}` } })
  if (response.status === 401) return null
  if (!response.ok) throw new Error(`${address} answered ${response.status}`)
  return response.json()
}

function answer(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}
