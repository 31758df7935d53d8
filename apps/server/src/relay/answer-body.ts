import type { IncomingMessage } from 'node:http'
import { Readable, type Transform } from 'node:stream'
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'
import type { RelayedResponse } from '../admin/contract.js'

/** Bytes of an answer at most, as they come and after decoding: a small one can be made to decode to gigabytes. */
const mostBytes = 1_048_576

export interface AnswerBody {
  readonly bytes: Buffer
  readonly cut: RelayedResponse['cut']
  /** Whether the bytes were compressed and are no longer. */
  readonly decoded: boolean
}

/** What one answer carries, as far as it comes within that many milliseconds. Never rejects. */
export async function readBody(message: IncomingMessage, milliseconds: number): Promise<AnswerBody> {
  const { bytes, cut } = await collected(message, milliseconds)
  const decoder = bytes.length === 0 ? null : decoderFor(bytes, message.headers['content-encoding'])
  if (decoder === null) return { bytes, cut, decoded: false }
  const plain = await decodedBy(decoder, bytes)
  if (plain === null) return { bytes, cut, decoded: false }
  const { chunks, full } = plain
  return { bytes: Buffer.concat(chunks), cut: full ? 'size' : cut, decoded: true }
}

function collected(message: IncomingMessage, milliseconds: number): Promise<Omit<AnswerBody, 'decoded'>> {
  return new Promise((resolve) => {
    const kept = new Kept()
    const stop = (cut: AnswerBody['cut']): void => {
      clearTimeout(timer)
      message.destroy()
      resolve({ bytes: Buffer.concat(kept.chunks), cut })
    }
    const timer = setTimeout(() => stop('time'), milliseconds)
    message.on('data', (chunk: Buffer) => {
      if (!kept.take(chunk)) stop('size')
    })
    message.on('end', () => stop(null))
    message.on('error', () => stop('connection'))
    message.on('close', () => stop('connection'))
  })
}

/** The first `mostBytes` of what comes in chunks. */
class Kept {
  readonly chunks: Buffer[] = []
  #room = mostBytes

  /** Whether there was room for all of it. */
  take(chunk: Buffer): boolean {
    const taken = chunk.subarray(0, this.#room)
    this.chunks.push(taken)
    this.#room -= taken.length
    return taken.length === chunk.length
  }
}

/** Null for what is not encoded, or in a way or so often that it is shown as it came. */
function decoderFor(bytes: Buffer, encoding = ''): Transform | null {
  // what is left of an answer that was cut off is decoded too
  const finishFlush = constants.Z_SYNC_FLUSH
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip({ finishFlush })
    case 'deflate':
      // RFC 9110, section 8.4.1.2: some send it without the zlib format around it
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? createInflate({ finishFlush }) : createInflateRaw({ finishFlush })
    case 'br':
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH })
    default:
      return null
  }
}

/** Null where the bytes are not what their encoding says. */
async function decodedBy(decoder: Transform, bytes: Buffer): Promise<{ chunks: Buffer[]; full: boolean } | null> {
  const kept = new Kept()
  try {
    for await (const chunk of Readable.from([bytes]).pipe(decoder)) {
      if (!kept.take(chunk as Buffer)) return { chunks: kept.chunks, full: true }
    }
    return { chunks: kept.chunks, full: false }
  } catch {
    return null
  }
}
