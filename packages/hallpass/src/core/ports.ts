import type { Algorithm, Jwk } from './algorithm.js'

/** What the core needs of the world around it, handed in so that tests can own it. */

export type Awaitable<Value> = Value | Promise<Value>

/** Clock and timers. */
export interface Runtime {
  /** Wall clock, milliseconds since 1970. */
  now(): number
  /** Monotonic clock, milliseconds from an arbitrary start. */
  monotonic(): number
  /**
   * Calls once after `delay` milliseconds; answers how to call it off. Does not keep the process alive, unless somebody
   * waits for it.
   */
  later(delay: number, call: () => void, keepAlive?: boolean): () => void
}

/** A public key ready to verify with; which one of the two bindings made it is nobody's business. */
export type VerifyKey = object

/**
 * The cryptography Hallpass needs, and no more. node:crypto answers at once; Web Crypto answers with promises.
 */
export interface Crypto {
  /** Bytes from the operating system's CSPRNG; throws rather than return weak ones. */
  randomBytes(length: number): Uint8Array
  sha256(text: string): Awaitable<Uint8Array>
  hmacSha256(key: Uint8Array, text: string): Awaitable<Uint8Array>
  /** HKDF-SHA-256 (RFC 5869) without salt. */
  hkdfSha256(secret: string, label: string, length: number): Awaitable<Uint8Array>
  /** Compares without an early exit; unequal lengths are unequal. */
  equal(one: Uint8Array, other: Uint8Array): boolean
  /** AES-256-GCM with a random nonce; `context` is authenticated with it. */
  seal(key: Uint8Array, plain: Uint8Array, context: string): Awaitable<Uint8Array>
  /** The plain bytes, or null where key, context or bytes are not the sealed ones. */
  open(key: Uint8Array, sealed: Uint8Array, context: string): Awaitable<Uint8Array | null>
  /** A JWK that was read strictly before; of `HS256` the secret one. Throws where it is no key of that algorithm. */
  importVerifyKey(alg: Algorithm, jwk: Jwk): Awaitable<VerifyKey>
  /** Whether the signature (JWS form: r and s of ES256 side by side) is right. Never throws for what a client sent. */
  verify(alg: Algorithm, key: VerifyKey, text: string, signature: Uint8Array): Awaitable<boolean>
}
