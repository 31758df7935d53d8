import type { KeyRecord } from '../core/store.js'

/** The one key that signs, of a ring that is not empty and without a problem. */
export function signingKey(keys: readonly KeyRecord[]): KeyRecord {
  return keys.find((key) => key.state === 'active')!
}

/** A `next` key verifies already: another instance may have put it to work a moment ago. */
export function verifies(key: KeyRecord): boolean {
  return key.state !== 'retired'
}

/** What is wrong with a stored ring, or null. An empty one is none yet. */
export function ringProblem(keys: readonly KeyRecord[]): string | null {
  if (keys.length === 0) return null
  if (new Set(keys.map((key) => key.kid)).size < keys.length) return 'two keys have one kid'
  const active = keys.filter((key) => key.state === 'active').length
  return active === 1 ? null : `${active} keys are active`
}

/** The first ring: one key at work, and the one after it published long before it is needed. */
export function firstRing(active: UnplacedKey, next: UnplacedKey, now: number): readonly KeyRecord[] {
  return [
    { ...active, state: 'active', createdAt: now, since: now },
    { ...next, state: 'next', createdAt: now, since: now },
  ]
}

/**
 * The ring without a key that must not be believed any more. Where that was the active one, `next` goes to work early;
 * `replacement` takes the place of whichever is then missing.
 */
export function withoutKey(
  keys: readonly KeyRecord[],
  kid: string,
  replacement: UnplacedKey,
  now: number,
): readonly KeyRecord[] {
  const revoked = keys.find((key) => key.kid === kid)
  if (revoked === undefined || revoked.state === 'retired') return keys
  const others = keys.map((key) => (key === revoked ? { ...key, state: 'retired' as const, since: now } : key))
  if (revoked.state === 'retiring') return others
  const fresh = { ...replacement, createdAt: now, since: now }
  if (revoked.state === 'next') return [...others, { ...fresh, state: 'next' }]
  const promoted = others.map((key) => (key.state === 'next' ? { ...key, state: 'active' as const, since: now } : key))
  const active = promoted.some((key) => key.state === 'active')
  return [...promoted, { ...fresh, state: active ? 'next' : 'active' }]
}

/** A key without a place in a ring. */
export type UnplacedKey = Omit<KeyRecord, 'state' | 'createdAt' | 'since'>
