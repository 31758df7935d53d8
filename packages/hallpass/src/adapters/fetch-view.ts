import { withSetCookie } from '../http/cookies.js'
import { longestBody, type RequestBody, type RequestView } from '../http/request-view.js'
import type { ResponsePatch } from '../http/response-patch.js'
import type { Apply } from './request-auth.js'

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

/** Keeps what Hallpass wants until there is a response to put it on. */
export function createPending(): { readonly apply: Apply; onto(response: Response): Response; answer(): Response } {
  const patches: ResponsePatch[] = []
  const onto = (response: Response): Response => {
    const headers = patches.flatMap((patch) => patch.headers)
    if (headers.length === 0) return response
    const copy = new Response(response.body, response)
    for (const [name, value] of headers) {
      if (name !== 'set-cookie') copy.headers.set(name, value)
      else replaceCookies(copy.headers, withSetCookie(copy.headers.getSetCookie(), value))
    }
    return copy
  }
  const answer = (): Response => {
    const { body = null, status } = patches.at(-1) ?? {}
    return onto(new Response(body, { status: status ?? 200 }))
  }
  return { apply: (patch) => void patches.push(patch), onto, answer }
}

function replaceCookies(headers: Headers, lines: readonly string[]): void {
  headers.delete('set-cookie')
  for (const line of lines) headers.append('set-cookie', line)
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
