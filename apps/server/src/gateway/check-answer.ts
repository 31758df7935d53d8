import type { ResponsePatch } from 'hallpass'
import type { Convention } from './asked-about.js'
import type { HeaderLine } from './identity-headers.js'

/** An answer to a proxy. */
export type CheckAnswer = ResponsePatch & { readonly status: number; readonly body: string }

/** What a backend is told that clients may say as well, by lower-case name; null where it is to be told nothing. */
export type Told = ReadonlyMap<string, string | null>

/**
 * 200, with the headers that the backend is to see instead of the client's: under their own names, since most proxies copy
 * headers and rename none. What the backend must not be told is there too, and empty: proxies that copy what they find
 * leave the client's word in place of what is missing (CVE-2026-30851), or write the name of a placeholder there. Envoy
 * is given a list of what to take away.
 */
export function goOn(convention: Convention, told: Told, cookies: readonly HeaderLine[]): CheckAnswer {
  const lines = [...told].filter(([, value]) => convention !== 'path' || value !== null)
  const absent = [...told.keys()].filter((name) => told.get(name) === null)
  const headers: HeaderLine[] = [
    ['cache-control', 'no-store'],
    ...lines.map(([name, value]) => [name, value ?? ''] as const),
    ...cookies,
  ]
  if (convention === 'path' && absent.length > 0) headers.push(['x-envoy-auth-headers-to-remove', absent.join(', ')])
  return { status: 200, headers, body: '' }
}

/** A refusal with its code in a header. `origin`: that of the page that was asked for. */
export function refuse(convention: Convention, patch: ResponsePatch, code: string, origin: string): CheckAnswer {
  const { status, headers, body } = patch
  const told = [...headers, ['hallpass-refusal', code] as const]
  const answer = { status: status ?? 403, headers: told, body: body ?? '' }
  return convention === 'x-original' ? forNginx(answer) : withWholeLocation(answer, origin)
}

/**
 * nginx knows 401 and 403 alone, takes every other answer for trouble (500) and drops all bodies: it is told by headers
 * what to answer itself.
 */
function forNginx({ status, headers, body }: CheckAnswer): CheckAnswer {
  if (status >= 500) return { status, headers, body }
  if (status >= 400) return { status: status === 401 ? 401 : 403, headers, body }
  return {
    status: 401,
    headers: headers.map(([name, value]) => [name === 'location' ? `hallpass-${name}` : name, value]),
    body,
  }
}

/** All others hand a refusal on as it is, but for Traefik, which takes a path for one of the server that it asked. */
function withWholeLocation(answer: CheckAnswer, origin: string): CheckAnswer {
  const headers = answer.headers.map(([name, value]) => [name, name === 'location' ? origin + value : value] as const)
  return { ...answer, headers }
}
