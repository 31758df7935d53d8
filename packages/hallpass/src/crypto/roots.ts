import { HallpassError } from '../core/errors.js'
import type { Crypto } from '../core/ports.js'
import { decodeBase64url, encodeBase64url } from './base64url.js'

/**
 * Every symmetric key, derived by HKDF (RFC 5869) from the configured root secrets. The first root seals and signs,
 * all of them open and verify, and each value names its root. `label` says what a value is for, one constant per
 * kind of value; a value under one label means nothing under another.
 */
export interface Roots {
  /** `<rootId>.<base64url>`, under AES-256-GCM; opens only with the same label and context. */
  seal(label: string, plain: Uint8Array, context: string): Promise<string>
  /** Throws `root-unknown` where no configured root opens it: that is trouble, and says nothing about anybody. */
  open(label: string, sealed: string, context: string): Promise<Uint8Array>
  /** Whether the first root sealed it: what another one sealed is to be sealed anew before that root leaves the list. */
  isCurrent(sealed: string): Promise<boolean>
  /** `<rootId>.<base64url of an HMAC-SHA-256>` */
  mac(label: string, message: string): Promise<string>
  /** Compares in constant time. What a client made up is false, whatever root it names. */
  verifyMac(label: string, message: string, mac: string): Promise<boolean>
}

interface Root {
  /** Eight characters that tell roots apart and reveal nothing of the secret. */
  readonly id: string
  readonly key: (purpose: 'seal' | 'mac', label: string) => Promise<Uint8Array>
}

const namedForm = /^([A-Za-z0-9_-]{8})\.([A-Za-z0-9_-]*)$/

/** @param secrets the policy's list, checked there: the first one seals, all of them open. */
export function createRoots(crypto: Crypto, secrets: readonly string[]): Roots {
  let named: Promise<readonly Root[]> | null = null
  const roots = async (): Promise<readonly Root[]> => {
    named ??= Promise.all(secrets.map((secret) => createRoot(crypto, secret)))
    return named.catch((error: unknown) => {
      named = null
      throw error
    })
  }
  const first = async (): Promise<Root> => (await roots())[0]!
  const find = async (text: string): Promise<{ root: Root; bytes: Uint8Array } | null> => {
    const [, id, encoded] = namedForm.exec(text) ?? []
    const root = (await roots()).find((root) => root.id === id)
    const bytes = encoded === undefined ? null : decodeBase64url(encoded)
    return root === undefined || bytes === null ? null : { root, bytes }
  }

  return {
    async seal(label, plain, context) {
      const root = await first()
      return `${root.id}.${encodeBase64url(await crypto.seal(await root.key('seal', label), plain, context))}`
    },

    async open(label, sealed, context) {
      const found = await find(sealed)
      if (found === null)
        throw new HallpassError('root-unknown', { reason: `no configured root for a "${label}" value` })
      const plain = await crypto.open(await found.root.key('seal', label), found.bytes, context)
      if (plain === null) throw new HallpassError('root-unknown', { reason: `a "${label}" value does not open` })
      return plain
    },

    isCurrent: async (sealed) => sealed.startsWith(`${(await first()).id}.`),

    async mac(label, message) {
      const root = await first()
      return `${root.id}.${encodeBase64url(await crypto.hmacSha256(await root.key('mac', label), message))}`
    },

    async verifyMac(label, message, mac) {
      const found = await find(mac)
      if (found === null) return false
      return crypto.equal(await crypto.hmacSha256(await found.root.key('mac', label), message), found.bytes)
    },
  }
}

async function createRoot(crypto: Crypto, secret: string): Promise<Root> {
  const derived = new Map<string, Uint8Array>()
  return {
    id: encodeBase64url(await crypto.hkdfSha256(secret, 'hallpass\0root-id', 6)),
    async key(purpose, label) {
      const info = `hallpass\0${purpose}\0${label}`
      const key = derived.get(info) ?? (await crypto.hkdfSha256(secret, info, 32))
      derived.set(info, key)
      return key
    },
  }
}
