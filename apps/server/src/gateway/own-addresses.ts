import { PathTable } from './path-table.js'

/**
 * What this server answers itself on every host, and what lies below: no route may take it, or somebody's backend
 * could show a sign-in page of its own. The account page is at `/account` where a route has `/`.
 */
export const ownAddresses: readonly string[] = [
  '/auth',
  '/oauth',
  '/.well-known/jwks.json',
  '/.well-known/oauth-authorization-server',
  '/.well-known/hallpass',
  '/sign-in',
  '/sign-up',
  '/account',
  '/console',
  '/tools',
  '/admin',
  '/healthz',
  '/readyz',
  '/metrics',
]

const table = new PathTable<true>()
for (const address of ownAddresses) table.add(address, true)

/** Whether a path is one of this server's own addresses, or below one. */
export function isOwnAddress(path: string): boolean {
  return table.find(path) !== null
}
