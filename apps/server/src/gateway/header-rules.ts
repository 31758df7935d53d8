/** Headers of clients that never reach a backend, and why. Names in lower case. */
export interface HeaderRule {
  readonly because: string
  readonly names?: readonly string[]
  /** How names begin. */
  readonly prefixes?: readonly string[]
  /** Whether a route may set a header of such a name itself (`identityHeaders`). Default false. */
  readonly maySayWhoItIs?: boolean
}

/** Everything that some program takes for somebody's word about who is calling, from where, or for what. */
export const headerRules: readonly HeaderRule[] = [
  {
    because: 'the gateway sets it, from the token that it mints',
    names: ['authorization'],
  },
  {
    because: 'it concerns one connection, and this one ends here (RFC 9110, section 7.6.1)',
    names: [
      ...['connection', 'proxy-connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
      ...['proxy-authenticate', 'proxy-authorization', 'http2-settings', 'expect'],
    ],
  },
  {
    because: 'the gateway says itself where a request comes from',
    names: [
      ...['forwarded', 'x-forwarded', 'x-real-ip', 'x-client-ip', 'x-cluster-client-ip', 'true-client-ip', 'client-ip'],
      ...['x-originating-ip', 'x-remote-ip', 'x-remote-addr', 'x-host', 'x-http-host-override', 'x-appengine-user-ip'],
      ...['x-envoy-external-address', 'x-envoy-internal', 'x-azure-clientip', 'x-azure-socketip', 'fly-client-ip'],
    ],
    prefixes: ['x-forwarded-', 'cf-connecting-', 'fastly-client', 'x-real-'],
  },
  {
    because: 'frameworks take the address from it that they then decide on',
    names: ['x-original-url', 'x-rewrite-url', 'x-envoy-original-path', 'x-script-name', 'x-accel-redirect'],
    prefixes: ['x-original-', 'x-rewrite-'],
  },
  {
    because: 'frameworks take the method from it',
    names: ['x-http-method', 'x-http-method-override', 'x-method-override'],
  },
  {
    because: 'frameworks mark their own requests with it, and skip checks for those (CVE-2025-29927)',
    prefixes: ['x-middleware-', 'x-invoke-', 'x-matched-path'],
  },
  {
    because: 'proxies and applications tell by it who is signed in',
    names: [
      'x-access-token',
      'x-id-token',
      'x-groups',
      'x-group',
      'x-roles',
      'x-role',
      'x-email',
      'x-subject',
      'x-sub',
    ],
    prefixes: [
      ...['remote-', 'x-remote-', 'x-user', 'x-auth', 'x-webauth-', 'x-identity-', 'x-jwt-'],
      ...['x-consumer-', 'x-credential-', 'x-pomerium-', 'x-vouch-'],
    ],
    maySayWhoItIs: true,
  },
  {
    because: 'clouds and tunnels tell by it who is signed in',
    prefixes: [
      ...['x-amzn-oidc-', 'x-goog-authenticated-', 'x-goog-iap-', 'x-ms-client-principal', 'x-ms-token-'],
      ...['cf-access-', 'tailscale-user-', 'x-appengine-', 'x-serverless-authorization', 'x-apigateway-'],
    ],
  },
  {
    because: 'proxies tell by it which certificate a client has shown',
    names: ['client-cert', 'client-cert-chain'],
    prefixes: [
      ...['ssl-client-', 'x-ssl-', 'x-client-cert', 'x-client-verify', 'x-client-dn', 'x-forwarded-client-cert'],
      ...['x-tls-client-', 'x-arr-clientcert', 'x-amzn-mtls-'],
    ],
  },
  {
    because: 'it is between clients and this server',
    prefixes: ['hallpass-'],
  },
]

/** Headers that say what a message is. A route that set one as somebody's identity would change the message. */
const ofTheMessage: ReadonlySet<string> = new Set([
  ...[
    'host',
    'cookie',
    'set-cookie',
    'origin',
    'referer',
    'user-agent',
    'range',
    'date',
    'via',
    'age',
    'vary',
    'location',
  ],
  ...['cache-control', 'pragma', 'expires', 'etag', 'traceparent', 'tracestate', 'baggage', 'max-forwards', 'priority'],
])
const ofTheMessagePrefixes = ['content-', 'accept', 'sec-', 'if-', 'access-control-', 'proxy-']

/** Underscores and dots are what CGI, WSGI and PHP make of a hyphen: a second spelling of every name. */
const plainName = /^[a-z0-9-]+$/

export type NameFilter = (name: string) => boolean

/** Whether a header of a client, by its lower-case name, may go on to a backend. `own`: what routes set themselves. */
export function clientHeaderFilter(own: Iterable<string>, rules: readonly HeaderRule[] = headerRules): NameFilter {
  const named = new Set([...own, ...rules.flatMap(({ names = [] }) => names)])
  const prefixes = rules.flatMap(({ prefixes: some = [] }) => some)
  return (name) => plainName.test(name) && !named.has(name) && !prefixes.some((prefix) => name.startsWith(prefix))
}

/** Whether a route may tell a backend by a header of this name who is calling. */
export function mayCarryIdentity(name: string): boolean {
  if (!plainName.test(name) || ofTheMessage.has(name)) return false
  if (ofTheMessagePrefixes.some((prefix) => name.startsWith(prefix))) return false
  return clientHeaderFilter(
    [],
    headerRules.filter(({ maySayWhoItIs = false }) => !maySayWhoItIs),
  )(name)
}

/** So many names are remembered; there are fewer in use. */
const mostRemembered = 512

/** The same answers, from memory where a name was asked for before. */
export function remembering(filter: NameFilter): NameFilter {
  const answers = new Map<string, boolean>()
  return (name) => {
    const known = answers.get(name)
    if (known !== undefined) return known
    const answer = filter(name)
    if (answers.size < mostRemembered) answers.set(name, answer)
    return answer
  }
}
