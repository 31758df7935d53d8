const hallpass = () => import('./ways/hallpass.js')

/**
 * Every way, in the order of the table. `packages`: what of others it is made of. `accessSeconds`: how long its JWT
 * lives; null where it has none. `untilExp`: a revocation shows no earlier than that, and is the only thing for which the
 * lifetime is shortened. `sameSite`: whether its guides leave out what its cookies could say.
 */
export const ways = [
  {
    id: 'session-cookies',
    packages: ['express-session', 'connect-redis', 'redis'],
    accessSeconds: null,
    sameSite: true,
    load: () => import('./ways/session-cookies.js'),
  },
  { id: 'jwt', packages: ['jsonwebtoken'], accessSeconds: 900, untilExp: true, load: () => import('./ways/jwt.js') },
  {
    id: 'deny-list',
    packages: ['jsonwebtoken', 'redis'],
    accessSeconds: 900,
    load: () => import('./ways/deny-list.js'),
  },
  {
    id: 'hybrid-by-hand',
    packages: ['jsonwebtoken', 'redis'],
    accessSeconds: 300,
    untilExp: true,
    sameSite: true,
    load: () => import('./ways/hybrid-by-hand.js'),
  },
  { id: 'hallpass-session', packages: [], accessSeconds: null, load: hallpass },
  { id: 'hallpass-hybrid', packages: [], accessSeconds: 300, load: hallpass },
]

/** @param {string} id of a way */
export function load(id) {
  return ways.find((one) => one.id === id).load()
}
