// A WebSocket (RFC 6455) that says back what it hears: just enough of the protocol for short texts.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { createVerifier } from 'hallpass/verify'

const { HALLPASS_ISSUER: issuer, PORT: port } = process.env
const verifier = createVerifier({ issuer, audience: 'echo', jwks: `${issuer}/.well-known/jwks.json` })
const accepted = (key) => createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')

const server = createServer((req, res) => res.writeHead(426, { upgrade: 'websocket' }).end())
server.on('upgrade', (req, socket) => {
  socket.on('error', () => socket.destroy())
  void open(req, socket)
})

/** Judged before it is opened, by the token that the gateway sends along. */
async function open({ headers }, socket) {
  const [, token = ''] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? []
  const verdict = await verifier.verify(token)
  if (verdict.ok) {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accepted(headers['sec-websocket-key'])}\r\n\r\n`,
    )
    echo(socket, verdict.claims.sub)
  } else socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
}

function echo(socket, subject) {
  let pending = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk])
    for (let frame = firstFrame(pending); frame !== null; frame = firstFrame(pending)) {
      pending = pending.subarray(frame.size)
      if (frame.opcode === close) socket.end(frameOf(close, frame.payload))
      if (frame.opcode === text) socket.write(frameOf(text, Buffer.from(`${subject} said ${frame.payload.toString()}`)))
    }
  })
}

const text = 1
const close = 8

/** The first whole frame of a client, unmasked; null until it is there. */
function firstFrame(bytes) {
  if (bytes.length < 6) return null
  const length = bytes[1] & 0x7f
  if (length > 125 || bytes.length < 6 + length) return null
  const mask = bytes.subarray(2, 6)
  const payload = Buffer.from(bytes.subarray(6, 6 + length).map((byte, index) => byte ^ mask[index % 4]))
  return { opcode: bytes[0] & 0x0f, payload, size: 6 + length }
}

function frameOf(opcode, payload) {
  return Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload])
}

server.listen(port, 'localhost', () => console.log(`the echo listens on ${port}`))
