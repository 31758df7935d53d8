import { type Algorithm, algorithms } from './algorithm.js'
import type { Mistake } from './errors.js'
import { defaultTiming, type LeaseTiming, window } from './lease.js'

/** How tokens are signed, and how long a key is used. Durations are seconds. */
export interface SigningOptions {
  /**
   * Default `EdDSA`. Changing it signs nobody out: the next key is of the new algorithm, and goes to work as soon as
   * every verifier can have it. `HS256` has nothing to publish: only this process' own instances can verify.
   */
  readonly algorithm?: Algorithm
  /** How long a key signs before the next one goes to work. Default 30 days. */
  readonly rotateEvery?: number
  /** How long verifiers may keep the JWK Set; so much longer the next key is published before it signs. Default 300. */
  readonly cacheFor?: number
}

/** The same with every default filled in, and in milliseconds. */
export interface SigningPolicy {
  readonly algorithm: Algorithm
  readonly rotateEvery: number
  readonly cacheFor: number
}

const day = 86_400

/** Seconds: a key signs for 30 days, and the JWK Set may be kept for five minutes. */
export const defaultSigning: Required<SigningOptions> = { algorithm: 'EdDSA', rotateEvery: 30 * day, cacheFor: 300 }

export function signingPolicy(options: SigningOptions | undefined): SigningPolicy {
  const { algorithm, rotateEvery, cacheFor } = { ...defaultSigning, ...options }
  return { algorithm, rotateEvery: rotateEvery * 1000, cacheFor: cacheFor * 1000 }
}

/**
 * How long a key is published before it may sign, milliseconds: until every instance has read the ring again, and what
 * verifiers keep of it is too old to be used, by clocks of which each may be wrong by the tolerance.
 */
export function publishFor(cacheFor: number, timing: LeaseTiming | null): number {
  const { tolerance } = timing ?? defaultTiming
  return window(timing ?? defaultTiming) + cacheFor + 2 * tolerance
}

export function signingMistakes(
  {
    signing: options,
    issuer,
    audience = issuer,
  }: { readonly signing?: SigningOptions; readonly issuer: string; readonly audience?: string },
  timing: LeaseTiming | null,
): Mistake[] {
  if (options === undefined) return []
  const mistakes: Mistake[] = []
  const wrong = (field: string, problem: string, remedy: string): void =>
    void mistakes.push({ field: `signing.${field}`, problem, remedy })
  for (const field of Object.keys(options)) {
    if (!(field in defaultSigning)) wrong(field, 'is unknown.', `Known: ${Object.keys(defaultSigning).join(', ')}.`)
  }
  const { algorithm, rotateEvery, cacheFor } = { ...defaultSigning, ...options }
  if (!algorithms.includes(algorithm))
    wrong('algorithm', `"${algorithm as string}" is unknown.`, `Use one of ${algorithms.join(', ')}.`)
  if (algorithm === 'HS256' && audience !== issuer)
    wrong(
      'algorithm',
      'HS256 has no public key, so the audience of the access tokens could not verify them.',
      'Use "EdDSA" or "ES256", or leave "audience" at its default.',
    )
  if (!(cacheFor >= 0 && cacheFor <= day))
    wrong('cacheFor', `is ${String(cacheFor)}.`, 'Give seconds, a day at most; 300 is the default.')
  else if (!(rotateEvery * 1000 >= publishFor(cacheFor * 1000, timing) && rotateEvery <= 366 * day))
    wrong(
      'rotateEvery',
      `is ${String(rotateEvery)}.`,
      `Give seconds, a year at most and no less than the ${Math.ceil(publishFor(cacheFor * 1000, timing) / 1000)} ` +
        'for which a key is published before it signs.',
    )
  return mistakes
}
