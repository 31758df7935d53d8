import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ResponsePatch } from 'hallpass'

/** Answers where there is no response of node:http to do it with, and ends the connection, whatever the other side does. */
export function answerSocket(socket: Duplex, { status, headers, body }: ResponsePatch): void {
  const code = status ?? 200
  const content = Buffer.from(body ?? '')
  const lines = [
    `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `content-length: ${content.length}`,
    'connection: close',
  ]
  socket.on('error', () => socket.destroy())
  const answer = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content])
  // the socket would stay half open until the other side ends it
  socket.end(answer, () => socket.destroy())
}
