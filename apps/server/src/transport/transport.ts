/** What this server is told about what stands before it. */
export interface Transport {
  /** The origin that people reach it under. */
  readonly issuer: string
  /** Every host that browsers reach it under, lower case, with the port unless it is the scheme's own. */
  readonly hosts: readonly string[]
  /** Hosts that machines reach it under, by plain HTTP too: `hallpass:7100`. */
  readonly internalHosts: readonly string[]
  /** Null where clients connect to this server itself. */
  readonly proxies: TrustedProxies | null
}

export interface TrustedProxies {
  /** How many stand one behind the other. */
  readonly count: number
  /** Where they connect from: CIDR notation. */
  readonly networks: readonly string[]
}
