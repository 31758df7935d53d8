import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TestContext } from 'node:test'
import type { Verifier } from 'hallpass/verify'

/** One request that reached the backend. */
export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Lower-case names of all header lines, in order. */
  readonly names: readonly string[]
  /** What the backend makes of the token: whose it is, null without one, the code of the refusal otherwise. */
  readonly subject: string | null
  readonly bytes: number
  readonly isUpgrade: boolean
}

export interface RecordingBackend {
  readonly port: number
  readonly received: Received[]
  /** Whose tokens count. Until it is set, nobody's do. */
  verifier: Verifier | null
}

/** A backend that keeps what reaches it. `/events` goes on for ever; a WebSocket is greeted with "hello". */
export async function recordingBackend(t: TestContext): Promise<RecordingBackend> {
  const backend = { port: 0, received: [] as Received[], verifier: null as Verifier | null }
  const open = new Set<Duplex>()
  const keep = async (req: IncomingMessage, bytes: number, isUpgrade: boolean): Promise<void> => {
    const names = req.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
    const subject = await subjectOf(backend.verifier, req.headers.authorization)
    const { method = '', url = '', headers } = req
    backend.received.push({ method, url, headers, names, subject, bytes, isUpgrade })
  }
  const server = createServer((req, res) => {
    let bytes = 0
    req.on('data', (chunk: Buffer) => (bytes += chunk.length))
    const respond = (): void => {
      if (req.url?.startsWith('/events') === true) {
        res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      } else res.setHeader('content-type', 'application/json').end(JSON.stringify({ bytes }))
    }
    req.on('end', () => void keep(req, bytes, false).then(respond))
  })
  server.on('upgrade', (req, socket) => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    const greet = (): boolean => socket.write(greeting(req.headers['sec-websocket-key'] ?? ''))
    void keep(req, 0, true).then(greet)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  backend.port = (server.address() as AddressInfo).port
  t.after(() => {
    for (const socket of open) socket.destroy()
    server.closeAllConnections()
    server.close()
  })
  return backend
}

async function subjectOf(verifier: Verifier | null, authorization: string | undefined): Promise<string | null> {
  const [, token] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? []
  if (token === undefined || verifier === null) return null
  const verdict = await verifier.verify(token)
  return verdict.ok ? (verdict.claims.sub ?? null) : `refused: ${verdict.code}`
}

/** RFC 6455, section 4.2.2, and one unmasked text frame. */
function greeting(key: string): Buffer {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  const head = ['HTTP/1.1 101 Switching Protocols', 'upgrade: websocket', 'connection: upgrade']
  const lines = [...head, `sec-websocket-accept: ${accept}`, '', ''].join('\r\n')
  return Buffer.concat([Buffer.from(lines), Buffer.from([0x81, 5]), Buffer.from('hello')])
}
