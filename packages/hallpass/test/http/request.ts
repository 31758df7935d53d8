import type { Policy, PolicyOptions, RequestBody, RequestView } from 'hallpass'
import { testClient } from 'hallpass/testing'
import { openAuth } from '../open-auth.js'

/** A request with exactly these headers. */
export function request(
  headers: { readonly [name: string]: string } = {},
  { method = 'POST', path = '/', body = { text: '' } }: { method?: string; path?: string; body?: RequestBody } = {},
): RequestView {
  return { ...testClient({}).view(method, path, { headers }), body: () => body }
}

export function policyOf(options: Partial<PolicyOptions> = {}): Policy {
  return openAuth(options).auth.policy
}
