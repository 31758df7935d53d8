import type { ReceiptBody, SessionBody, TokensBody } from '#src/admin/contract.js'

/** A client over real HTTP that keeps what a real one would keep, and remembers every secret it was ever handed. */
export interface TestClient {
  readonly cookies: Map<string, string>
  /** Tokens of the last answer that had any; a native client sends them along. */
  tokens: { readonly [name: string]: unknown } | null
  request(method: string, path: string, sending?: Sending): Promise<Answer>
  post(path: string, json?: unknown, headers?: Headings): Promise<Answer>
  get(path: string, headers?: Headings): Promise<Answer>
}

type Headings = { readonly [name: string]: string }

export interface Sending {
  readonly json?: unknown
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Headings
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body; undefined where it is no JSON. */
  readonly json: AnswerBody
}

/** Whatever was answered; tests assert on what they expect. */
export interface AnswerBody {
  readonly session: SessionBody
  readonly sessions: readonly SessionBody[]
  readonly tokens?: TokensBody
  readonly receipt: ReceiptBody
  readonly code: string
  readonly type: string
  readonly title: string
  readonly detail: string
  readonly status: unknown
  readonly errors?: readonly { readonly field: string; readonly problem: string; readonly remedy: string }[]
}

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

/** A page of the origin itself. */
export function browser(origin: string, secrets: Set<string> = new Set(), userAgent = chrome): TestClient {
  return client(
    origin,
    { origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'user-agent': userAgent },
    secrets,
  )
}

/** An app that carries its tokens itself. */
export function nativeApp(origin: string, secrets: Set<string> = new Set()): TestClient {
  return client(origin, { 'hallpass-client': 'native', 'user-agent': 'ExampleApp/1.0' }, secrets)
}

export function client(origin: string, always: Headings, secrets: Set<string> = new Set()): TestClient {
  const self: TestClient = {
    cookies: new Map(),
    tokens: null,
    async request(method, path, { json, body, headers = {} } = {}) {
      const content = json === undefined ? body : JSON.stringify(json)
      const response = await fetch(origin + path, {
        method,
        redirect: 'manual',
        headers: {
          ...always,
          ...carried(self),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(content === undefined ? {} : { body: content }),
      })
      const answer = { status: response.status, headers: response.headers, ...parsed(await response.text()) }
      keep(self, answer, secrets)
      return answer
    },
    post: (path, json = {}, headers = {}) => self.request('POST', path, { json, headers }),
    get: (path, headers = {}) => self.request('GET', path, { headers }),
  }
  return self
}

function carried({ cookies, tokens }: TestClient): Headings {
  const bearer = tokens?.['accessToken'] ?? tokens?.['sessionToken']
  return {
    ...(cookies.size === 0 ? {} : { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') }),
    ...(typeof bearer === 'string' ? { authorization: `Bearer ${bearer}` } : {}),
  }
}

function parsed(text: string): { text: string; json: AnswerBody } {
  try {
    return { text, json: JSON.parse(text) as AnswerBody }
  } catch {
    return { text, json: undefined as unknown as AnswerBody }
  }
}

function keep(self: TestClient, answer: Answer, secrets: Set<string>): void {
  for (const line of answer.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (/;\s*max-age=0/i.test(line)) self.cookies.delete(name)
    else self.cookies.set(name, value)
    if (value.length > 8) secrets.add(value)
  }
  const tokens = answer.json?.tokens
  if (tokens === undefined) return
  self.tokens = { ...tokens }
  for (const value of Object.values(tokens)) if (typeof value === 'string' && value.length > 8) secrets.add(value)
}
