import type { Route } from './route.js'

/** Where the requests of one route go, worked out once. */
export interface Destination {
  readonly route: Route
  /** As httpxy takes it: an IPv6 address without its brackets. */
  readonly target: { readonly protocol: string; readonly hostname: string; readonly port: string }
  /** The backend's own `Host`. */
  readonly host: string
  /** The path and query to ask for. */
  pathFor(path: string, query: string): string
  /** Where a redirect of the backend leads on our side: one to itself stays with us, every other is as it was. */
  location(location: string): string
}

export function destinationOf(route: Route, upstream: URL): Destination {
  const { protocol, hostname, port, host, origin } = upstream
  const base = withoutSlash(upstream.pathname)
  const mount = route.stripPath ? withoutSlash(route.path) : ''
  return {
    route,
    host,
    target: { protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usualPort(protocol) : port },
    pathFor(path, query) {
      const asked = `${base}${mount === '' ? path : path.slice(mount.length)}`
      return `${asked === '' || asked[0] !== '/' ? '/' : ''}${asked}${query === '' ? '' : `?${query}`}`
    },
    location(location) {
      const path = pathOn(origin, location)
      if (path === null) return location
      const isBelow = path === base || path.startsWith(`${base}/`) || path.startsWith(`${base}?`)
      return onOurs(isBelow ? `${mount}${path.slice(base.length)}` : path)
    },
  }
}

/** Path, query and fragment of a location on the backend itself; null where it is elsewhere or relative. */
function pathOn(origin: string, location: string): string | null {
  if (location.startsWith('/') && !location.startsWith('//')) return location
  if (!/^(?:https?:)?\/\//i.test(location) || !URL.canParse(location, origin)) return null
  const url = new URL(location, origin)
  return url.origin === origin ? `${url.pathname}${url.search}${url.hash}` : null
}

/** Two slashes at the start, of either kind, would make a host of what follows. */
function onOurs(path: string): string {
  return `/${path.replace(/^[/\\]+/, '')}`
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}

function usualPort(protocol: string): string {
  return protocol === 'https:' ? '443' : '80'
}
