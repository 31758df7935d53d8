export interface Example {
  readonly token: string
  /** The public key that it is signed with, as a JWK Set; empty where the browser signs nothing on this page. */
  readonly keys: string
}

const how = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** A token that expired three minutes ago, with a key of its own: both are made here, and good for nothing. */
export async function makeExample(now: number): Promise<Example> {
  const seconds = Math.floor(now / 1000)
  const kid = 'example'
  const header = { alg: 'ES256', typ: 'at+jwt', kid }
  const payload = {
    iss: 'https://app.example',
    sub: 'u_42',
    aud: 'https://api.example',
    exp: seconds - 180,
    iat: seconds - 480,
    jti: 't_1',
    client_id: 'web',
    sid: 's_7',
    scope: 'orders:read orders:write',
    roles: ['reader'],
  }
  const signed = `${encoded(text(header))}.${encoded(text(payload))}`
  // Browsers keep their cryptography from pages that came over plain http.
  const subtle = (crypto as Partial<Crypto>).subtle
  if (subtle === undefined)
    return { token: `${signed}.${encoded(crypto.getRandomValues(new Uint8Array(64)))}`, keys: '' }
  const { privateKey, publicKey } = await subtle.generateKey(how, true, ['sign', 'verify'])
  const signature = await subtle.sign(how, privateKey, new TextEncoder().encode(signed))
  const { kty, crv, x, y } = await subtle.exportKey('jwk', publicKey)
  const keys = { keys: [{ kty, crv, x, y, kid, alg: 'ES256', use: 'sig' }] }
  return { token: `${signed}.${encoded(new Uint8Array(signature))}`, keys: JSON.stringify(keys, null, 2) }
}

function text(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

function encoded(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}
