import { cookieIdentity } from './cookies.js'

/** What Hallpass wants of a response, as data. Adapters apply it to whatever their framework calls a response. */
export interface ResponsePatch {
  /** Null: the application's own status stands. */
  readonly status: number | null
  /** In order; `set-cookie` may appear several times, other names once. Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Null: no body of ours. */
  readonly body: string | null
}

export const noPatch: ResponsePatch = { status: null, headers: [], body: null }

/** An answer with tokens or cookies belongs to one client and to no cache (RFC 9111, section 5.2.2.5). */
export const notKept: ResponsePatch = { status: null, headers: [['cache-control', 'no-store']], body: null }

/** The answer with the headers of another patch besides; where both name one, the answer's stands. */
export function withHeadersOf(answer: ResponsePatch, other: ResponsePatch): ResponsePatch {
  const named = new Set(answer.headers.map(identityOf))
  const added = other.headers.filter((header) => !named.has(identityOf(header)))
  return { ...answer, headers: [...answer.headers, ...added] }
}

function identityOf([name, value]: ResponsePatch['headers'][number]): string {
  return name === 'set-cookie' ? cookieIdentity(value) : name
}
