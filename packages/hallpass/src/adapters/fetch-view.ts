import { longestBody, type RequestBody, type RequestView } from '../http/request-view.js'

/** A fetch Request, or as much of one as there is. */
export interface FetchRequest {
  readonly method?: string
  readonly url?: string
  readonly headers: Pick<Headers, 'get'>
  readonly body?: ReadableStream<Uint8Array> | null
}

export function fetchView(
  request: FetchRequest,
  address: string | null,
  body = () => readStream(request.body),
): RequestView {
  const [, path = '/', query = ''] = /^[^:]+:\/\/[^/?#]*([^?#]*)\??([^#]*)/.exec(request.url ?? '') ?? []
  let read: Promise<RequestBody> | undefined
  return {
    method: request.method ?? 'GET',
    path,
    query,
    header: (name) => request.headers.get(name),
    address,
    body: () => (read ??= body()),
  }
}

async function readStream(stream: ReadableStream<Uint8Array> | null | undefined): Promise<RequestBody> {
  let text = ''
  let length = 0
  const decoder = new TextDecoder()
  for await (const chunk of stream ?? []) {
    length += chunk.length
    if (length > longestBody) return { tooLarge: true }
    text += decoder.decode(chunk, { stream: true })
  }
  return { text: text + decoder.decode() }
}
