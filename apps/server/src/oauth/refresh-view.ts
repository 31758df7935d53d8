import type { RequestView } from 'hallpass'
import type { Context } from 'hono'
import { clientOf } from '../env.js'

/**
 * The request as the library's refresh endpoint would see it from a native client: a token in the body, no cookies and
 * no `Authorization`, so that there is one meaning of a rotation.
 */
export function refreshView(c: Context, refreshToken: string): RequestView {
  const told: { readonly [header: string]: string | undefined } = {
    'content-type': 'application/json',
    'hallpass-client': 'native',
    'user-agent': c.req.header('user-agent'),
  }
  return {
    method: 'POST',
    path: c.req.path,
    query: '',
    header: (name) => told[name] ?? null,
    address: clientOf(c),
    body: () => ({ parsed: { refreshToken } }),
  }
}
