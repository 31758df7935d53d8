// The revocation log over HTTP, and the bytes that it takes on its connections, by what they were for.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { logFeed, nodeHandler } from 'hallpass/node'

const logPath = '/.well-known/hallpass/log'

/** @param {import('hallpass').Hallpass['feed']} feed */
export async function serveLog(feed, key) {
  const handle = nodeHandler(logFeed(feed, { key }))
  const streams = new Set()
  /** Connections that are used again and again: what had passed when the last request on them was over. */
  const seen = new WeakMap()
  const traffic = { streams: 0, renewals: 0, acknowledgements: 0, acknowledged: 0 }
  const server = createServer((req, res) => {
    const { socket, url } = req
    if (url === logPath) {
      streams.add(socket)
      socket.once('close', () => {
        streams.delete(socket)
        traffic.streams += socket.bytesWritten
      })
    } else {
      res.once('close', () => {
        const bytes = socket.bytesRead + socket.bytesWritten
        const isAcknowledgement = url === `${logPath}/position`
        traffic[isAcknowledgement ? 'acknowledgements' : 'renewals'] += bytes - (seen.get(socket) ?? 0)
        if (isAcknowledgement) traffic.acknowledged++
        seen.set(socket, bytes)
      })
    }
    handle(req, res)
  })
  server.keepAliveTimeout = 0
  server.listen({ port: 0, host: 'localhost', backlog: 4096 })
  await once(server, 'listening')
  return {
    address: `http://localhost:${server.address().port}`,
    /** Bytes since the start, HTTP and all, without TLS. */
    traffic: () => ({
      ...traffic,
      streams: [...streams].reduce((bytes, socket) => bytes + socket.bytesWritten, traffic.streams),
    }),
  }
}
