import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { type HashingPool, hashingPool } from './hashing-pool.js'

export interface Passwords {
  /** The PHC string of a new password. Rejects with `contended` where too many wait. */
  hash(password: string): Promise<string>
  /** Whether the password is the one behind the hash. Null is nobody's hash: false, in the same time. */
  verify(hash: string | null, password: string): Promise<boolean>
}

/** argon2id as OWASP asks for it: 19 MiB, two passes, one lane. The binding's own default algorithm is argon2id. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** One core stays free for requests that hash nothing. */
const defaultPool = { atOnce: Math.max(1, Math.min(4, availableParallelism() - 1)), waiting: 64 }

export function argon2Passwords(pool: HashingPool = hashingPool(defaultPool)): Passwords {
  const nobodys = pool.run(() => hash(randomBytes(32), cost))
  return {
    hash: (password) => pool.run(() => hash(bytes(password), cost)),
    async verify(stored, password) {
      const against = stored ?? (await nobodys)
      const right = await pool.run(() => verify(against, bytes(password)))
      return right && stored !== null
    },
  }
}

/** Typed on another keyboard, the same password may come in another normal form (NIST SP 800-63B, section 3.1.1.2). */
function bytes(password: string): Uint8Array {
  return Buffer.from(password.normalize('NFC'))
}
