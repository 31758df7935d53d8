import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A connection without anything that would mend what is sent through it. */
export interface RawConnection {
  readonly socket: Socket
  /** Everything that was received so far. */
  received: string
  /** Resolves once the other side has ended the connection, with everything that was received. */
  readonly closed: Promise<string>
  /** Sends Latin-1. */
  send(text: string): void
  /** Resolves once so much has been received. */
  until(text: string): Promise<void>
}

export async function rawConnection(port: number, host = 'localhost'): Promise<RawConnection> {
  const socket = connect(port, host)
  const self: RawConnection = {
    socket,
    received: '',
    closed: once(socket, 'close').then(() => self.received),
    send: (text) => void socket.write(text, 'latin1'),
    async until(text) {
      while (!self.received.includes(text)) {
        if (socket.closed) throw new Error(`closed before ${JSON.stringify(text)}: ${self.received}`)
        await Promise.race([once(socket, 'data'), self.closed])
      }
    },
  }
  socket.on('error', () => undefined).on('data', (data: Buffer) => (self.received += data.toString('latin1')))
  await once(socket, 'connect')
  return self
}

/** Sends one request, and waits until the other side ends the connection. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const connection = await rawConnection(port)
  connection.send(text)
  return connection.closed
}
