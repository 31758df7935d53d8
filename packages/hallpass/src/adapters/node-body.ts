import type { IncomingMessage } from 'node:http'
import { longestBody, type RequestBody } from '../http/request-view.js'

/** What is too long is still read to its end, and dropped: else the client would never come to hear the answer. */
export function readNodeBody(req: IncomingMessage): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    req.on('data', (chunk: Buffer | string) => {
      length += chunk.length
      if (length <= longestBody) chunks.push(Buffer.from(chunk))
      else resolve({ tooLarge: true })
    })
    req.on('end', () => resolve({ text: Buffer.concat(chunks).toString() }))
    req.on('error', reject)
  })
}
