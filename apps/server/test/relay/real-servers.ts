import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Listens on a port that the system hands out; answers which. */
export async function listen(t: TestContext, answer: RequestListener, host = '127.0.0.1'): Promise<number> {
  return listening(t, createServer(answer), host)
}

/** The same over TLS, with a certificate that nobody has signed but itself. */
export async function listenWithTls(t: TestContext, answer: RequestListener): Promise<number> {
  const maker = fileURLToPath(new URL('../../test/browser/certificate.py', import.meta.url))
  const certificate = spawnSync('/usr/bin/python3', [maker]).stdout.toString()
  return listening(t, createTlsServer({ key: certificate, cert: certificate }, answer), '127.0.0.1')
}

async function listening(t: TestContext, server: Server, host: string): Promise<number> {
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  server.listen(0, host)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** A server that says what it likes, as soon as something has been asked. */
export async function listenRaw(t: TestContext, answer: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createSocketServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket))
  })
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
