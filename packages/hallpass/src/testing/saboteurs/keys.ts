import { aMomentLater, inKeys, type Saboteur } from './overlaid.js'

export const keySaboteurs: readonly Saboteur[] = [
  inKeys('has no ring before one is stored', 'keys: a ring never stored is version 0 and empty', (keys) => ({
    async read() {
      const ring = await keys.read()
      if (ring.version === 0) throw new Error('no key ring')
      return ring
    },
  })),
  inKeys(
    'keeps the keys in an order of its own',
    'keys: the ring is stored whole, in its order, with its version raised by one',
    (keys) => ({
      replace: (version, ring) =>
        keys.replace(
          version,
          [...ring].sort((one, other) => one.kid.localeCompare(other.kid)),
        ),
    }),
  ),
  inKeys(
    'stores the ring unconditionally',
    'keys: another version than the stored one is a conflict, and the ring stays',
    (keys) => ({
      replace: async (_, ring) => keys.replace((await keys.read()).version, ring),
    }),
  ),
  inKeys(
    'compares the version of the ring, then stores it',
    'keys: of 20 rings stored at once exactly one is, so that all instances sign with the same key',
    (keys) => ({
      async replace(version, ring) {
        if ((await keys.read()).version !== version) return 'conflict'
        await aMomentLater()
        await keys.replace((await keys.read()).version, ring)
        return 'replaced'
      },
    }),
  ),
]
