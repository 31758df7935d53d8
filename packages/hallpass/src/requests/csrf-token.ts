import type { Awaitable } from '../core/ports.js'
import type { SessionRecord } from '../core/session.js'
import { encodeBase64url } from '../crypto/base64url.js'
import type { RequestView } from '../http/request-view.js'
import type { Engine } from '../sessions/engine.js'

/**
 * The signed double-submit token: a nonce, and a MAC over it with the session and the hash of its present secret, so
 * that it dies with either. Two answers never carry the same one (BREACH).
 */
const label = 'csrf'
const form = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_.-]{8,128})$/

export async function issueCsrfToken(engine: Engine, record: SessionRecord): Promise<string> {
  const nonce = encodeBase64url(engine.crypto.randomBytes(16))
  return `${nonce}.${await engine.roots.mac(label, message(record, nonce))}`
}

export async function verifyCsrfToken(engine: Engine, record: SessionRecord, token: string): Promise<boolean> {
  const parts = form.exec(token)
  return parts !== null && engine.roots.verifyMac(label, message(record, parts[1]!), parts[2]!)
}

/** What the `Hallpass-CSRF` header of a request is worth for this session. */
export function csrfTokenOf(
  engine: Engine,
  view: RequestView,
  record: SessionRecord | null,
): Awaitable<'valid' | 'invalid' | 'absent'> {
  const token = view.header('hallpass-csrf')
  if (token === null) return 'absent'
  if (record === null) return 'invalid'
  return verifyCsrfToken(engine, record, token).then((valid) => (valid ? 'valid' : 'invalid'))
}

function message(record: SessionRecord, nonce: string): string {
  return `${record.id}\0${record.secretHash}\0${nonce}`
}
