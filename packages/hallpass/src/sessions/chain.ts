import type { Crypto } from '../core/ports.js'
import type { SessionRecord } from '../core/session.js'
import type { FreshSecrets } from '../core/sign-in.js'
import {
  chainMessage,
  formatRefreshToken,
  formatSessionToken,
  type RefreshToken,
  type SessionToken,
  shardOf,
} from '../core/token.js'
import { decodeBase64url, encodeBase64url } from '../crypto/base64url.js'
import type { Parts } from './parts.js'

/**
 * The chain secret: 256 bits from the CSPRNG from which every opaque token of a session derives. A token that is
 * derived can be answered again to a client that lost the answer, and under whichever strategy asks for it.
 */

const label = 'chain-secret'
const nobodysChain = new Uint8Array(32)

export function newSessionId(crypto: Crypto, subject: string | null): string {
  const shard = subject === null ? crypto.randomBytes(1)[0]!.toString(16).padStart(2, '0') : shardOf(subject)
  return shard + encodeBase64url(crypto.randomBytes(16))
}

export async function newChain(parts: Parts, id: string): Promise<FreshSecrets> {
  const chain = parts.crypto.randomBytes(32)
  const secret = await sessionSecret(parts.crypto, chain, id)
  return {
    secretHash: await secretHash(parts.crypto, secret),
    chainSecret: await parts.roots.seal(label, chain, id),
  }
}

export async function sessionTokenOf(parts: Parts, record: SessionRecord): Promise<string> {
  const secret = await sessionSecret(parts.crypto, await chainOf(parts, record), record.id)
  return formatSessionToken({ id: record.id, secret })
}

export async function refreshTokenOf(parts: Parts, record: SessionRecord): Promise<string> {
  const { id, generation } = record
  const mac = await refreshMac(parts.crypto, await chainOf(parts, record), id, generation)
  return formatRefreshToken({ id, generation, mac: encodeBase64url(mac) })
}

/** Takes as long for an absent record as for a present one. */
export async function isAuthenticSession(
  parts: Parts,
  record: SessionRecord | null,
  token: SessionToken,
): Promise<boolean> {
  const presented = decodeBase64url(await secretHash(parts.crypto, token.secret))
  const expected = record === null ? nobodysChain : decodeBase64url(record.secretHash)
  return presented !== null && expected !== null && parts.crypto.equal(presented, expected) && record !== null
}

/** Takes as long for an absent record as for a present one, but for opening the chain secret. */
export async function isAuthenticRefresh(
  parts: Parts,
  record: SessionRecord | null,
  token: RefreshToken,
): Promise<boolean> {
  const chain = record === null ? nobodysChain : await chainOf(parts, record)
  const expected = await refreshMac(parts.crypto, chain, token.id, token.generation)
  const presented = decodeBase64url(token.mac)
  return presented !== null && parts.crypto.equal(presented, expected) && record !== null
}

/**
 * The record with its chain secret under the first root, or as it is where that was so already, or where no configured
 * root opens it: whatever a record is written for, it must not fail by this.
 */
export async function sealedAnew(parts: Pick<Parts, 'roots'>, record: SessionRecord): Promise<SessionRecord> {
  try {
    if (await parts.roots.isCurrent(record.chainSecret)) return record
    const chain = await parts.roots.open(label, record.chainSecret, record.id)
    return { ...record, chainSecret: await parts.roots.seal(label, chain, record.id) }
  } catch {
    return record
  }
}

async function chainOf(parts: Parts, record: SessionRecord): Promise<Uint8Array> {
  return parts.roots.open(label, record.chainSecret, record.id)
}

async function sessionSecret(crypto: Crypto, chain: Uint8Array, id: string): Promise<string> {
  return encodeBase64url(await crypto.hmacSha256(chain, chainMessage.session(id)))
}

async function refreshMac(crypto: Crypto, chain: Uint8Array, id: string, generation: number): Promise<Uint8Array> {
  return crypto.hmacSha256(chain, chainMessage.refresh(id, generation))
}

async function secretHash(crypto: Crypto, secret: string): Promise<string> {
  return encodeBase64url(await crypto.sha256(secret))
}
