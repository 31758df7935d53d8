import type { IncomingMessage, ServerResponse } from 'node:http'
import { hallpassNode, type NodeRequest, problemFor, type RequestAuth, sendPatch } from 'hallpass/node'
import type { ServeApplication } from 'hallpass/testing'
import { listen } from './listen.js'

/** Does something to a request and its response before the application sees them. */
export type Tamper = (req: IncomingMessage, res: ServerResponse) => void

/** The application of the adapter contract on node:http, for broken twins with something in between. */
export const serveOnNode =
  (tamper: Tamper = () => {}): ServeApplication =>
  (auth, { parseBodies }) => {
    const enter = hallpassNode(auth)
    return listen((req, res) => {
      tamper(req, res)
      void answer(req, res)
    })

    async function answer(req: NodeRequest, res: ServerResponse): Promise<void> {
      if (parseBodies) req.body = parsed(await textOf(req))
      const caller = await enter(req, res)
      if (caller === null) return
      try {
        await route(caller, req, res)
      } catch (error) {
        const problem = problemFor(error)
        if (problem === null) throw error
        sendPatch(res, problem)
      }
    }
  }

async function route(caller: RequestAuth, req: NodeRequest, res: ServerResponse): Promise<void> {
  const json = (value: unknown): void =>
    void res.setHeader('content-type', 'application/json').end(JSON.stringify(value))
  const guarded = (maxAge?: number): void => {
    const refusal = caller.guard(maxAge === undefined ? {} : { maxAge })
    if (refusal === null) json({ subject: caller.session?.subject })
    else sendPatch(res, refusal)
  }
  switch (`${req.method} ${req.url?.split('?', 1)[0]}`) {
    case 'POST /sign-in': {
      res.setHeader('set-cookie', 'app=1; Path=/')
      const { tokens } = await caller.signIn('u_1', { amr: ['pwd'] })
      return json({ tokens })
    }
    case 'GET /who':
      return json({ subject: caller.session?.subject ?? null })
    case 'GET /me':
      return guarded()
    case 'GET /recent':
      return guarded(60)
    case 'GET /thrown':
      return json({ subject: caller.require().subject })
    case 'POST /echo':
      return json(req.body ?? JSON.parse(await textOf(req)))
    case 'POST /auth/own':
      return json('ok')
    default:
      res.statusCode = 404
      return json('nothing here')
  }
}

async function textOf(req: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of req) text += String(chunk)
  return text
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  return text.startsWith('{') ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text))
}
