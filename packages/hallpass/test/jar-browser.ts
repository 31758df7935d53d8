import { Cookie, CookieJar } from 'tough-cookie'

/** One server, as a browser meets it. */
export type Serve = (request: Request) => Promise<Response>

export interface JarBrowser {
  readonly jar: CookieJar
  /** Sends a request, takes the answer's cookies to heart and follows no redirect. */
  ask(method: string, path: string, headers?: { readonly [name: string]: string }, body?: string): Promise<Response>
  /** Goes to a page like a visitor who types its address; answers every path on the way and where it ended. */
  open(path: string): Promise<{ readonly way: readonly string[]; readonly answer: Response }>
  /** `name=value` of each live cookie with its domain and path, sorted. */
  kept(): readonly string[]
  /** A cookie that came from elsewhere: another deployment, or a sibling domain. `from` is the address that set it. */
  plant(line: string, from?: string): void
}

/** Browsers give up after twenty redirects. */
const mostRedirects = 20

/**
 * A browser with a real cookie jar (RFC 6265): paths, domains and what is sent where. `old` is one that knows no
 * cookie prefixes, so that ours can be planted too.
 */
export function jarBrowser(origin: string, serve: Serve, { old = false }: { readonly old?: boolean } = {}): JarBrowser {
  const jar = new CookieJar(undefined, { prefixSecurity: old ? 'unsafe-disabled' : 'strict' })
  const own = { origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }
  const typed = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

  const send: JarBrowser['ask'] = async (method, path, headers = own, body) => {
    const url = origin + path
    const cookie = jar.getCookieStringSync(url)
    const request = new Request(url, {
      method,
      headers: { ...headers, ...(cookie === '' ? {} : { cookie }) },
      ...(body === undefined ? {} : { body }),
    })
    const answer = await serve(request)
    for (const line of answer.headers.getSetCookie()) jar.setCookieSync(line, url)
    return answer
  }

  return {
    jar,
    ask: send,
    async open(path) {
      const way = [path]
      for (;;) {
        const answer = await send('GET', way.at(-1)!, typed)
        const next = answer.headers.get('location')
        if (next === null) return { way, answer }
        if (way.length > mostRedirects) throw new Error(`redirected for ever: ${way.join(' -> ')}`)
        way.push(next)
      }
    },
    kept: () =>
      jar
        .serializeSync()!
        .cookies.map((cookie) => Cookie.fromJSON(cookie)!)
        // the jar drops what has expired when it next looks at it
        .filter((cookie) => cookie.TTL() > 0)
        .map(({ key, value, domain, path }) => `${key}=${value} ${String(domain)}${String(path)}`)
        .sort(),
    plant: (line, from = origin) => void jar.setCookieSync(line, from),
  }
}
