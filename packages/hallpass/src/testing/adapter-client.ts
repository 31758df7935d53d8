import { request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: { readonly [name: string]: string | string[] | undefined }
  /** The `Set-Cookie` lines, in order. */
  readonly cookies: readonly string[]
  readonly text: string
}

export interface Sent {
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string
}

/** One request over the network with exactly the headers named, which no fetch would send. */
export function send(url: string, method: string, path: string, { headers = {}, body }: Sent = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const announced = body !== undefined && !('transfer-encoding' in headers)
    const length = !announced ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const outgoing = request(
      new URL(url),
      { method, path, agent: false, headers: { ...length, ...headers } },
      (incoming) => {
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (chunk: string) => (text += chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const cookies = incoming.headers['set-cookie'] ?? []
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, cookies, text })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** The name-value pairs of `Set-Cookie` lines that set something, as a `Cookie` header. */
export function cookieHeader(lines: readonly string[]): string {
  return lines
    .filter((line) => !/; Max-Age=0(;|$)/.test(line))
    .map((line) => line.split(';', 1)[0])
    .join('; ')
}

/** What a browser sends from a page of the origin. */
export function fromPage(origin: string): { readonly [name: string]: string } {
  return { origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }
}

export const navigation = {
  'sec-fetch-site': 'none',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
} as const
export const native = { 'hallpass-client': 'native' } as const
