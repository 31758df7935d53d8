import type { KeyRecord } from '../core/store.js'

/** The one key that signs, of a ring that is not empty and without a problem. */
export function signingKey(keys: readonly KeyRecord[]): KeyRecord {
  return keys.find((key) => key.state === 'active')!
}

/** The key that is published and signs nothing yet. */
export function nextKey(keys: readonly KeyRecord[]): KeyRecord | undefined {
  return keys.find((key) => key.state === 'next')
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
  return [placed(active, 'active', now), placed(next, 'next', now)]
}

/** The ring with another key to come. One that was to come before never signed, and retires. */
export function withNext(keys: readonly KeyRecord[], fresh: UnplacedKey, now: number): readonly KeyRecord[] {
  const others = keys.map((key) => (key.state === 'next' ? retired(key, now) : key))
  return [...others, placed(fresh, 'next', now)]
}

/** `next` goes to work, and `fresh` is published in its place; what was at work verifies what it has signed. */
export function rotated(keys: readonly KeyRecord[], fresh: UnplacedKey, now: number): readonly KeyRecord[] {
  const turned = keys.map((key) => {
    if (key.state === 'active') return moved(key, 'retiring', now)
    return key.state === 'next' ? moved(key, 'active', now) : key
  })
  return [...turned, placed(fresh, 'next', now)]
}

/** Retires the keys that `isOver` says are past their use, and strikes those retired ones it says so of. */
export function tidied(
  keys: readonly KeyRecord[],
  isOver: (key: KeyRecord) => boolean,
  now: number,
): readonly KeyRecord[] {
  return keys
    .filter((key) => key.state !== 'retired' || !isOver(key))
    .map((key) => (key.state === 'retiring' && isOver(key) ? retired(key, now) : key))
}

/** Whether a ring without that key would lack one that works or is to. */
export function needsReplacement(keys: readonly KeyRecord[], kid: string): boolean {
  return keys.some((key) => key.kid === kid && (key.state === 'active' || key.state === 'next'))
}

/**
 * The ring without a key that must not be believed any more. Where that was the active one, `next` goes to work early;
 * `replacement` takes the place of whichever is then missing.
 */
export function withoutKey(
  keys: readonly KeyRecord[],
  kid: string,
  replacement: UnplacedKey | null,
  now: number,
): readonly KeyRecord[] {
  const revoked = keys.find((key) => key.kid === kid)
  if (revoked === undefined || revoked.state === 'retired') return keys
  const others = keys.map((key) => (key === revoked ? retired(key, now) : key))
  if (revoked.state === 'retiring' || replacement === null) return others
  const promoted = others.map((key) => (key.state === 'next' ? moved(key, 'active', now) : key))
  const active = promoted.some((key) => key.state === 'active')
  return [...promoted, placed(replacement, active ? 'next' : 'active', now)]
}

/** A key without a place in a ring. */
export type UnplacedKey = Omit<KeyRecord, 'state' | 'createdAt' | 'since'>

function placed(key: UnplacedKey, state: KeyRecord['state'], now: number): KeyRecord {
  return { ...key, state, createdAt: now, since: now }
}

function moved(key: KeyRecord, state: KeyRecord['state'], now: number): KeyRecord {
  return { ...key, state, since: now }
}

/** Nothing is signed with it any more, so that its private half is only a risk. */
function retired(key: KeyRecord, now: number): KeyRecord {
  return { ...moved(key, 'retired', now), wrappedPrivateKey: '' }
}
