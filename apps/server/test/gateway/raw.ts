import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A connection that says exactly what it is told to, and keeps everything that comes back. */
export interface Raw {
  readonly socket: Socket
  /** What came so far. */
  readonly text: string
  readonly bytes: Buffer
  readonly isClosed: boolean
  /** Waits until what came fits. */
  until(form: RegExp | Buffer): Promise<string>
  /** Waits until the other side is done; answers everything that came. */
  ended(): Promise<string>
}

const patience = 60_000

/** Sends lines, each ended by CRLF, an empty one after the last, and then the body. */
export async function raw(origin: string, lines: readonly string[], body = ''): Promise<Raw> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  let bytes = Buffer.alloc(0)
  let isClosed = false
  socket.on('data', (chunk) => (bytes = Buffer.concat([bytes, chunk])))
  socket.on('error', () => undefined)
  socket.on('end', () => socket.end())
  socket.on('close', () => (isClosed = true))
  await once(socket, 'connect')
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
  const self: Raw = {
    socket,
    get text() {
      return bytes.toString('latin1')
    },
    get bytes() {
      return bytes
    },
    get isClosed() {
      return isClosed
    },
    async until(form) {
      const came = (): boolean => (Buffer.isBuffer(form) ? bytes.includes(form) : form.test(self.text))
      for (let waited = 0; !came(); waited += 5) {
        if (waited > patience || isClosed) throw new Error(`never came: ${form.toString()}, but: ${self.text}`)
        await sleep(5)
      }
      return self.text
    },
    async ended() {
      for (let waited = 0; !self.isClosed; waited += 5) {
        if (waited > patience) throw new Error(`never ended, but said: ${self.text}`)
        await sleep(5)
      }
      return self.text
    },
  }
  return self
}

/** The status of an answer. */
export function statusOf(text: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
}
