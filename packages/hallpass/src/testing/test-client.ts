import type { RequestView } from '../http/request-view.js'
import type { ResponsePatch } from '../http/response-patch.js'

/** What a test sends beyond method and path. */
export interface Sending {
  readonly headers?: { readonly [name: string]: string }
  readonly json?: unknown
}

/**
 * A client without a network: makes requests as data and keeps the cookies of the answers, with their paths, as a
 * browser would. `headers` go with every request it makes.
 */
export interface TestClient {
  readonly cookies: Map<string, { readonly value: string; readonly path: string }>
  view(method: string, path: string, sending?: Sending): RequestView
  /** Takes the `Set-Cookie` headers of an answer to heart. */
  receive(patch: ResponsePatch): void
}

/** A browser on a page of `origin`. */
export function testBrowser(origin: string, device = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/153.0'): TestClient {
  return testClient({ origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'user-agent': device })
}

/** A native app, which sends no browser headers and keeps its tokens itself. */
export function testApp(device = 'ExampleApp/1.0 (Android 16)'): TestClient {
  return testClient({ 'hallpass-client': 'native', 'user-agent': device })
}

/** A client that sends these headers with every request. */
export function testClient(always: { readonly [name: string]: string }): TestClient {
  const cookies: TestClient['cookies'] = new Map()
  return {
    cookies,
    view(method, path, { headers = {}, json } = {}) {
      const body = json === undefined ? '' : JSON.stringify(json)
      const type: { [name: string]: string } = json === undefined ? {} : { 'content-type': 'application/json' }
      const [onlyPath = '', query = ''] = path.split('?', 2)
      const all = new Map(Object.entries({ ...always, ...type, ...cookieHeader(cookies, onlyPath), ...headers }))
      return {
        method,
        path: onlyPath,
        query,
        header: (name) => all.get(name) ?? null,
        address: '203.0.113.9',
        body: () => ({ text: body }),
      }
    },
    receive(patch) {
      for (const [name, value] of patch.headers) if (name === 'set-cookie') keep(cookies, value)
    },
  }
}

function cookieHeader(cookies: TestClient['cookies'], path: string): { [name: string]: string } {
  const sent = [...cookies].filter(
    ([, cookie]) => path === cookie.path || path.startsWith(cookie.path.replace(/\/?$/, '/')),
  )
  return sent.length === 0 ? {} : { cookie: sent.map(([name, { value }]) => `${name}=${value}`).join('; ') }
}

function keep(cookies: TestClient['cookies'], setCookie: string): void {
  const [pair = '', ...attributes] = setCookie.split(';').map((part) => part.trim())
  const [name = '', value = ''] = pair.split(/=(.*)/s)
  const attribute = (wanted: string): string | undefined =>
    attributes.find((one) => one.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1)
  const path = attribute('path') ?? '/'
  if (attribute('max-age') !== '0') cookies.set(name, { value, path })
  else if (cookies.get(name)?.path === path) cookies.delete(name)
}
