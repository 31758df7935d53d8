import { ServerError } from '../errors.js'
import { loosestReading } from '../transport/target.js'
import { isOwnAddress } from './own-addresses.js'
import { PathTable } from './path-table.js'
import type { Route } from './route.js'

/** Which route an address belongs to. */
export interface Routes {
  /**
   * Null for this server's own addresses and for those that nobody has. `ambiguous-address` where a backend that reads
   * paths more leniently could take it for an address with other rules.
   */
  find(host: string, path: string): Route | null | ServerError
}

/** Reads the same to everybody; most addresses are like this. */
const unmistakable = /^[a-z0-9/._~-]*$/

/** `ownFiles`: paths of files that this server answers with, exactly. */
export function createRoutes(routes: readonly Route[], ownFiles: Iterable<string> = []): Routes {
  const files = new Set(ownFiles)
  const looseFiles = new Set(Array.from(files, loosestReading))
  const byHost = new Map<string, { readonly exact: PathTable<Route>; readonly loose: PathTable<Route> }>()
  for (const route of routes) {
    const tables = byHost.get(route.host) ?? { exact: new PathTable<Route>(), loose: new PathTable<Route>() }
    byHost.set(route.host, tables)
    tables.exact.add(route.path, route)
    tables.loose.add(loosestReading(route.path), route)
  }
  return {
    find(host, path) {
      const tables = byHost.get(host)
      if (tables === undefined) return null
      const isOurs = files.has(path) || isOwnAddress(path)
      const route = isOurs ? null : tables.exact.find(path)
      if (unmistakable.test(path)) return route
      const reading = loosestReading(path)
      const couldBeOurs = looseFiles.has(reading) || isOwnAddress(reading)
      const other = couldBeOurs ? null : tables.loose.find(reading)
      return isOurs === couldBeOurs && route === other ? route : new ServerError('ambiguous-address')
    },
  }
}
