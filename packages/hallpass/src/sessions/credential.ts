import { parseRefreshToken, parseSessionToken, type RefreshToken, type SessionToken } from '../core/token.js'

/** A credential by its form; nothing about it is verified yet. */
export type Credential =
  | { readonly kind: 'session'; readonly token: SessionToken }
  | { readonly kind: 'refresh'; readonly token: RefreshToken }
  | { readonly kind: 'access'; readonly text: string }

/** Null where the text has none of our forms. */
export function parseCredential(text: string): Credential | null {
  if (text.startsWith('hp_s.')) {
    const token = parseSessionToken(text)
    return token === null ? null : { kind: 'session', token }
  }
  if (text.startsWith('hp_r.')) {
    const token = parseRefreshToken(text)
    return token === null ? null : { kind: 'refresh', token }
  }
  return { kind: 'access', text }
}
