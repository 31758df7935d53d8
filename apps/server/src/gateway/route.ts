/** One part of the address space that is handed on to a backend, or judged for a proxy that does so. */
export interface Route {
  /** Lower case, with its port unless that is the scheme's own. */
  readonly host: string
  /** Where it begins: `/` or `/api`, never with a slash at the end. Whole segments count: `/api` has nothing of `/apis`. */
  readonly path: string
  /** Origin, and perhaps a path, of the backend; null where another proxy forwards (`GET /auth/check`). */
  readonly upstream: URL | null
  /** `aud` of the tokens for the backend; null where it gets none. */
  readonly audience: string | null
  readonly access: Access
  /** What happens while the store is away and memory may not answer: 503, memory for as long as `lastKnownGood` allows, or nobody. */
  readonly whenStoreAway: 'refuse' | 'last-known-good' | 'anonymous'
  /** Whether the backend is asked without the route's path. */
  readonly stripPath: boolean
  /** Header that tells the backend a claim of the token: by lower-case name, the claim. */
  readonly identityHeaders: ReadonlyMap<string, string>
  /** How long the backend may take until its answer begins, milliseconds. */
  readonly timeout: number
}

export type Access =
  /** Everybody; who is signed in is known. */
  | { readonly kind: 'public' }
  | {
      readonly kind: 'signed-in'
      /** How long ago the person may have proved who they are, seconds; null for any time. */
      readonly maxAge: number | null
      /** Whether unsafe methods need the CSRF token. */
      readonly sensitive: boolean
      /** What the token must say: equal to the claim or, where that is a list, in it. */
      readonly claims: ReadonlyMap<string, string | number | boolean>
    }
