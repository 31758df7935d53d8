/** Where a `Set-Cookie` line came from. */
export interface CookieArrival {
  /** Whether the answer came over https. */
  readonly https: boolean
  /** The host that answered, without its port. */
  readonly host: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Whether browsers trust this host without https: it is the machine that they run on. */
export function isLocal({ host }: CookieArrival): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/i.test(host)
}
