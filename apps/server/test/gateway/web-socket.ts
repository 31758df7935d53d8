import { createHash } from 'node:crypto'
import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** A WebSocket's server and client in as few words as tests need: short text frames (RFC 6455). */

export const clientKey = 'dGhlIHNhbXBsZSBub25jZQ=='
/** What a server answers to that key (RFC 6455, section 1.3). */
export const serverAccept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

/** Makes a server send every text back. Answers the sockets that are open. */
export function echoTexts(server: Server, more: readonly string[] = []): Set<Duplex> {
  const open = new Set<Duplex>()
  server.on('upgrade', (req, socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    const key = String(req.headers['sec-websocket-key'])
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
    socket.write(`${[...head, `Sec-WebSocket-Accept: ${accept}`, ...more].join('\r\n')}\r\n\r\n`)
    let rest = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      for (let frame = maskedFrame(rest); frame !== null; frame = maskedFrame(rest)) {
        rest = rest.subarray(frame.length)
        socket.write(serverFrame(frame.text))
      }
    })
    socket.on('end', () => socket.end())
  })
  return open
}

/** A text as a server sends it. */
export function serverFrame(text: string | Buffer): Buffer {
  const payload = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, payload.length]), payload])
}

/** A text as a client sends it: masked. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text)
  const mask = Buffer.from([1, 2, 3, 4])
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, masked(payload, mask)])
}

function maskedFrame(bytes: Buffer): { readonly text: Buffer; readonly length: number } | null {
  const size = (bytes[1] ?? 0) & 0x7f
  const length = 6 + size
  if (bytes.length < length) return null
  return { text: masked(bytes.subarray(6, length), bytes.subarray(2, 6)), length }
}

function masked(payload: Buffer, mask: Buffer): Buffer {
  return Buffer.from(payload.map((byte, index) => byte ^ mask[index % 4]!))
}
