// A stateless JWT as most single-page applications have it: fifteen minutes, in localStorage, sent as a bearer token.
import { createSecretKey, randomUUID } from 'node:crypto'
import jwt from 'jsonwebtoken'

export async function way({ secret, issuer, accessSeconds }) {
  const tokens = signer({ secret, issuer, accessSeconds })
  return {
    signIn: (req, res, subject) => res.json({ token: tokens.issue(subject) }),
    subjectOf: (req) => tokens.read(bearerOf(req))?.sub ?? null,
    // there is nothing to end: the page forgets its token
    signOut: (req, res) => res.json({}),
  }
}

/** HS256 with a key object: with the secret as text jsonwebtoken takes many times as long. */
export function signer({ secret, issuer, accessSeconds }) {
  const key = createSecretKey(Buffer.from(secret))
  return {
    issue: (subject) =>
      jwt.sign({}, key, { subject, issuer, audience: issuer, jwtid: randomUUID(), expiresIn: accessSeconds }),
    read(token) {
      try {
        return jwt.verify(token ?? '', key, { algorithms: ['HS256'], issuer, audience: issuer })
      } catch {
        return null
      }
    },
  }
}

export function bearerOf(req) {
  return /^Bearer (.+)$/.exec(req.get('authorization') ?? '')?.[1]
}
