import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

export interface Serving {
  /** Such as `http://localhost:40123`. */
  readonly address: string
  /** Breaks off every connection. */
  cut(): void
  /** Takes no new connections until told otherwise. */
  refuse(refuses: boolean): void
}

/** On localhost, at a port of its own, until the test is over. */
export async function serving(t: TestContext, listener: RequestListener): Promise<Serving> {
  const server = createServer(listener)
  t.after(() => void server.close())
  return listening(t, server)
}

/** Stands between: passes on every byte, until it is told to cut. */
export async function standingBetween(t: TestContext, address: string): Promise<Serving> {
  const port = Number(new URL(address).port)
  const server = createTcpServer((socket) => {
    const onwards = connect(port, 'localhost')
    for (const [one, other] of [
      [socket, onwards],
      [onwards, socket],
    ] as const) {
      one.pipe(other)
      one.on('error', () => undefined).on('close', () => other.destroy())
    }
  })
  t.after(() => void server.close())
  return listening(t, server)
}

async function listening(t: TestContext, server: Server): Promise<Serving> {
  const sockets = new Set<Socket>()
  let refuses = false
  server.prependListener('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    if (refuses) socket.destroy()
  })
  await new Promise<void>((resolve) => void server.listen(0, 'localhost', resolve))
  const cut = (): void => sockets.forEach((socket) => void socket.destroy())
  t.after(cut)
  const { port } = server.address() as AddressInfo
  return { address: `http://localhost:${port}`, cut, refuse: (does) => void (refuses = does) }
}

/** Waits for what must come, however busy the machine is. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, patience = 30_000): Promise<void> {
  const ends = performance.now() + patience
  while (!(await isSo())) {
    if (performance.now() > ends) throw new Error(`it never came: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
