import type { StoreWarning, StrategyName } from 'hallpass'
import type { Route } from './route.js'

/** So many routes are named at the start, the rest is counted. */
const mostNamed = 8

/** How many routes there are, and where. */
export function routesShown(routes: readonly Route[]): string {
  const named = routes.slice(0, mostNamed).map(({ host, path }) => `${host}${path}`)
  const more = routes.length > mostNamed ? `, and ${routes.length - mostNamed} more` : ''
  return `${routes.length === 1 ? 'one route' : `${routes.length} routes`}: ${named.join(', ')}${more}`
}

/** Browsers before a gateway need no token that they carry themselves. */
export function carriedAsTokens(
  routes: readonly Route[],
  strategy: StrategyName,
): readonly Pick<StoreWarning, 'message' | 'remedy'>[] {
  if (routes.length === 0 || strategy === 'session') return []
  return [
    {
      message: `Under the strategy "${strategy}" browsers hold a JWT in a cookie, although the gateway mints what backends get.`,
      remedy: 'HALLPASS_STRATEGY=session carries browsers by the session cookie alone, and signs nobody out.',
    },
  ]
}
