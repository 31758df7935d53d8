// An application on the library: the auth of a file that the advisor wrote, behind node:http. Arguments: that file, a port.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import type { Hallpass } from 'hallpass'
import { hallpassNode, problemFor, type RequestAuth, sendPatch } from 'hallpass/node'

const [, , file = '', port = ''] = process.argv
const { auth } = (await import(pathToFileURL(file).href)) as { readonly auth: Hallpass }
const enter = hallpassNode(auth)

createServer((req, res) => {
  enter(req, res)
    .then((caller) => (caller === null ? undefined : route(caller, req, res)))
    .catch((error: unknown) => sendPatch(res, problemFor(error) ?? { status: 500, headers: [], body: null }))
}).listen(Number(port), 'localhost', () => console.log('listening'))

async function route(caller: RequestAuth, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const answer = (status: number, body: object): void => {
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  if (req.url === '/auth/sign-in') {
    const { email } = (await json(req)) as { readonly email: string }
    const begun = await caller.begin(email)
    const { tokens } = await caller.signIn(email, { begun, amr: ['pwd'] })
    return answer(200, tokens === null ? {} : { tokens })
  }
  answer(404, {})
}
