import { generateKeyPairSync, sign } from 'node:crypto'
import { audience, type Claims, encoded, type Forge, hmac, issuedAt, issuer, maximumLifetime } from './forge.js'

/** The forged tokens of one attack of section J; every one of them must be refused. */
export type Attack = (forge: Forge) => readonly string[]

const jsonOf = (forge: Forge): string => JSON.stringify(forge.payload)
const bom = Buffer.from([0xef, 0xbb, 0xbf])

const withHeader = (forge: Forge, members: object): string => forge.token({ ...forge.header, ...members })
const withClaims = (forge: Forge, claims: object): string => forge.token(undefined, { ...forge.payload, ...claims })
const withText = (forge: Forge, text: string | Uint8Array): string => forge.token(undefined, text)
const twice = (forge: Forge, member: string): string => `{${member},${jsonOf(forge).slice(1)}`
const headerText = (forge: Forge, member: string): string =>
  forge.token(`{${member},${JSON.stringify(forge.header).slice(1)}`)
const segments = (forge: Forge): [header: string, body: string, signature: string] =>
  forge.token().split('.') as [string, string, string]
const unsigned = (forge: Forge, header: object): string =>
  `${encoded({ ...forge.header, ...header })}.${encoded(forge.payload)}.`

function without(forge: Forge, claim: keyof Claims & string): string {
  const { [claim]: _, ...rest } = forge.payload
  return forge.token(undefined, rest)
}

function resigned(forge: Forge, change: (signature: Buffer) => Buffer): string {
  const [header, body, signature] = segments(forge)
  return `${header}.${body}.${change(Buffer.from(signature, 'base64url')).toString('base64url')}`
}

/** The same bytes in another spelling, where the last character has bits to spare. */
function neighbour(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)!) ^ 1]!
}

/** r and s of ES256 as the DER that other protocols use. */
function der(signature: Buffer): Buffer {
  const integer = (bytes: Buffer): Buffer => {
    const padded = bytes[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes
    return Buffer.concat([Buffer.from([2, padded.length]), padded])
  }
  const body = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}

const orderOfP256 = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')

/** J01 to J36: the header, the signature and the form. */
export const forgedForms: { readonly [attack: string]: Attack } = {
  'J01 alg none': (forge) => [
    unsigned(forge, { alg: 'none' }),
    unsigned(forge, { alg: 'none' }) + segments(forge)[2],
    withHeader(forge, { alg: 'none' }),
  ],
  'J02 alg none in another case': (forge) =>
    ['nOnE', 'NONE', 'None', 'none ', 'none\0'].flatMap((alg) => [
      unsigned(forge, { alg }),
      withHeader(forge, { alg }),
    ]),
  'J03 alg of another type, or a near miss': (forge) => {
    const { alg, typ, kid } = forge.header
    const others = [null, 1, true, [alg], { toString: alg }, '', alg.toLowerCase(), `${alg} `, 'ed25519', 'Ed448']
    return [forge.token({ typ, kid }), ...others.map((other) => withHeader(forge, { alg: other }))]
  },
  'J04 the public key as the secret of an HMAC': (forge) => {
    const pem = forge.publicKey.export({ type: 'spki', format: 'pem' }) as string
    const bytes = forge.publicKey.export({ type: 'spki', format: 'der' })
    const { x = forge.publicJwk['n']! } = forge.publicJwk
    const ssh = `ssh-key ${bytes.toString('base64')}`
    const jwk = JSON.stringify(forge.publicJwk)
    const signed = `${encoded({ ...forge.header, alg: 'HS256' })}.${encoded(forge.payload)}`
    return [pem, pem.trimEnd(), bytes, jwk, Buffer.from(x, 'base64url'), ssh].map((secret) => hmac(secret, signed))
  },
  'J07 kid of a key with another algorithm': (forge) =>
    ['EdDSA', 'ES256', 'RS256', 'PS256', 'HS256', 'ES384', 'RS512']
      .filter((alg) => alg !== forge.header.alg)
      .map((alg) => withHeader(forge, { alg })),
  'J09 a signature of zeros': (forge) => {
    const length = Buffer.from(segments(forge)[2], 'base64url').length
    const halves = [Buffer.alloc(32), orderOfP256, Buffer.alloc(32, 1)]
    const pairs = halves.flatMap((r) => halves.map((s) => Buffer.concat([r, s])))
    return [Buffer.alloc(length), Buffer.alloc(64), ...pairs].map((bytes) => resigned(forge, () => bytes))
  },
  'J10 a signature in DER': (forge) => [resigned(forge, der)],
  'J11 a signature that is longer or shorter': (forge) => [
    resigned(forge, (bytes) => Buffer.concat([bytes, Buffer.from([0])])),
    resigned(forge, (bytes) => Buffer.concat([Buffer.from([0]), bytes])),
    resigned(forge, (bytes) => bytes.subarray(0, -1)),
    resigned(forge, (bytes) => bytes.subarray(1)),
    resigned(forge, (bytes) => Buffer.concat([bytes, bytes])),
  ],
  'J13 the unused bits of a last character': (forge) => {
    const [header, body, signature] = segments(forge)
    // One byte more than a multiple of three leaves bits over.
    const loose = (text: string): string => neighbour(encoded(text.padEnd(Math.ceil(text.length / 3) * 3 + 1)))
    const spare =
      Buffer.from(signature, 'base64url').length % 3 === 0 ? [] : [`${header}.${body}.${neighbour(signature)}`]
    return [
      ...spare,
      forge.sealed(`${header}.${loose(jsonOf(forge))}`),
      forge.sealed(`${loose(JSON.stringify(forge.header))}.${body}`),
    ]
  },
  'J14 padding': (forge) => {
    const [header, body] = segments(forge)
    const token = forge.token()
    return [`${token}=`, `${token}==`, forge.sealed(`${header}=.${body}`), forge.sealed(`${header}.${body}=`)]
  },
  'J15 whitespace': (forge) => {
    const [header, body, signature] = segments(forge)
    const token = forge.token()
    const around = [' ', '\n', '\t', '\r\n', '\0'].flatMap((space) => [`${token}${space}`, `${space}${token}`])
    const inside = forge.sealed(`${header.slice(0, 4)} ${header.slice(4)}.${body}`)
    return [...around, inside, `${header}.${body}. ${signature}`, `${header}.${body}\n.${signature}`]
  },
  'J16 the standard alphabet': (forge) =>
    // These two are what gives '-' and '_' in base64url.
    ['~~~ ~~~', '??? ??? ???'].map((x) => {
      const body = encoded({ ...forge.payload, x })
        .replaceAll('-', '+')
        .replaceAll('_', '/')
      return forge.sealed(`${segments(forge)[0]}.${body}`)
    }),
  'J17 other separators': (forge) => ['．', '%2e', ',', '..'].map((dot) => forge.token().replaceAll('.', dot)),
  'J18 other numbers of segments': (forge) => {
    const [header, body, signature] = segments(forge)
    const token = forge.token()
    const few = ['', header, `${header}.${body}`, `${token}.${signature}`, `${token}.${header}.${body}`]
    return [
      ...few,
      `.${token}`,
      `${token}.`,
      '...',
      '.'.repeat(1e6),
      withClaims(forge, { x: 'x'.repeat(6200) }),
      withClaims(forge, { x: 'x'.repeat(100_000) }),
    ]
  },
  'J19 the JSON serialization': (forge) => {
    const [header, body, signature] = segments(forge)
    const flat = { payload: body, protected: header, signature }
    const general = { payload: body, signatures: [{ protected: header, signature }] }
    const polyglot = `{"protected":"${header}","payload":"${body}","signature":"${signature}","x":"${forge.token()}"}`
    return [JSON.stringify(flat), JSON.stringify(general), polyglot]
  },
  'J20 a key that the token brings along': (forge) => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const jwk = publicKey.export({ format: 'jwk' })
    const signed = `${encoded({ ...forge.header, alg: 'EdDSA', jwk })}.${encoded(forge.payload)}`
    const own = `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
    return [own, withHeader(forge, { jwk })]
  },
  'J21 the address of a key': (forge) =>
    ['https://evil.example/jwks', 'http://127.0.0.1:9/jwks', 'file:///etc/passwd'].flatMap((address) => [
      withHeader(forge, { jku: address }),
      withHeader(forge, { x5u: address }),
    ]),
  'J22 the chain of a key': (forge) => [withHeader(forge, { x5c: ['AAAA'] }), withHeader(forge, { x5c: [] })],
  'J23 kid as an injection': (forge) => {
    const { kid } = forge.header
    const texts = ['', '../../dev/null', "' UNION SELECT 'x", '__proto__', 'constructor', 'x'.repeat(2000)]
    const typed: unknown[] = [null, 1, {}, [kid], { toString: kid }]
    return [...texts, `${kid} `, kid.toLowerCase(), ...typed].map((other) => withHeader(forge, { kid: other }))
  },
  'J28 no signature': (forge) => [`${segments(forge)[0]}.${segments(forge)[1]}.`, unsigned(forge, {})],
  'J30 crit that nobody knows': (forge) => [
    withHeader(forge, { crit: ['x'], x: 1 }),
    withHeader(forge, { crit: ['exp'], exp: 1 }),
  ],
  'J31 crit that is none': (forge) =>
    [[], 'alg', ['alg'], ['x', 'x'], ['absent'], null, {}].map((crit) => withHeader(forge, { crit, x: 1 })),
  'J32 b64': (forge) => [
    withHeader(forge, { crit: ['b64'], b64: false }),
    withHeader(forge, { b64: false }),
    withHeader(forge, { b64: true }),
  ],
  'J33 zip': (forge) => [withHeader(forge, { zip: 'DEF' }), withHeader(forge, { zip: null })],
  'J34 encrypted instead of signed': (forge) => {
    const header = encoded({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', typ: 'at+jwt', kid: forge.header.kid })
    return [`${header}.AAAA.AAAA.${encoded(unsigned(forge, { alg: 'none' }))}.AAAA`, `${header}..AAAA.AAAA.AAAA`]
  },
  'J35 a key from a password, two thousand million rounds of it': (forge) => {
    const header = { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2s: 'AAAA', p2c: 2 ** 31, kid: forge.header.kid }
    return [`${encoded(header)}.AAAA.AAAA.AAAA.AAAA`, forge.token({ ...forge.header, ...header })]
  },
  'J36 compressed to a thousandth': (forge) => {
    const header = { alg: 'dir', enc: 'A256GCM', zip: 'DEF', kid: forge.header.kid }
    return [`${encoded(header)}..AAAA.${'A'.repeat(340)}.AAAA`, forge.token({ ...forge.header, ...header })]
  },
}

/** J37 to J53: what the payload says. */
export const forgedClaims: { readonly [attack: string]: Attack } = {
  'J37 a member named twice': (forge) => [
    ...['"exp":1', `"exp":${forge.payload.exp}`, '"sub":"u_42"', '"\\u0073ub":"u_1"', '"sub" :"u_42"'].map((member) =>
      withText(forge, twice(forge, member)),
    ),
    withText(forge, twice(forge, '"x":{"role":"reader","role":"admin"}')),
    headerText(forge, '"alg":"none"'),
    headerText(forge, '"kid":"x"'),
  ],
  'J38 __proto__ anywhere': (forge) => [
    ...['"__proto__":{"admin":true}', '"x":[{"__proto__":{"admin":true}}]', '"x":{"\\u005f_proto__":{}}'].map(
      (member) => withText(forge, twice(forge, member)),
    ),
    headerText(forge, '"__proto__":{"kid":"x"}'),
  ],
  'J39 a payload that is no object': (forge) =>
    [
      '[]',
      'null',
      '"x"',
      '1',
      ' ',
      '{',
      `[${jsonOf(forge)}]`,
      `${jsonOf(forge)}x`,
      twice(forge, '"x":NaN'),
      twice(forge, '"x":-Infinity'),
    ].map((text) => withText(forge, text)),
  'J40 exp as text': (forge) =>
    ['1999999999', 'Infinity', `${forge.payload.exp}`].map((exp) => withClaims(forge, { exp })),
  'J41 exp beyond all numbers': (forge) => [
    withText(forge, jsonOf(forge).replace(`"exp":${forge.payload.exp}`, '"exp":1e400')),
    withClaims(forge, { exp: 2 ** 53 }),
  ],
  'J42 exp in milliseconds': (forge) => [withClaims(forge, { exp: forge.payload.exp * 1000 })],
  'J43 exp missing, or no time': (forge) => [
    without(forge, 'exp'),
    ...[null, true, [forge.payload.exp], {}, -1, 0].map((exp) => withClaims(forge, { exp })),
    withText(forge, jsonOf(forge).replace(`"exp":${forge.payload.exp}`, '"exp":-0')),
  ],
  'J44 exp at this very second, or before': (forge) =>
    [issuedAt, issuedAt - 0.5, issuedAt - 1].map((exp) => withClaims(forge, { exp, iat: issuedAt - 60 })),
  'J45 nbf in the future': (forge) => [61, 1e6].map((ahead) => withClaims(forge, { nbf: issuedAt + ahead })),
  'J46 iat in the future, or none': (forge) => [
    without(forge, 'iat'),
    withClaims(forge, { iat: issuedAt + 6 }),
    withClaims(forge, { iat: issuedAt + 2000, exp: issuedAt + 2300 }),
    ...[null, '1', [], true].map((iat) => withClaims(forge, { iat })),
  ],
  'J47 a lifetime longer than any we issue': (forge) => [
    withClaims(forge, { exp: issuedAt + maximumLifetime + 1 }),
    withClaims(forge, { exp: issuedAt + 10 * 365 * 86_400 }),
    withClaims(forge, { exp: issuedAt + 300, iat: issuedAt - maximumLifetime }),
  ],
  'J48 typ that is no access token': (forge) => {
    const near = ['', 'at+jwt ', 'application/at+jwt;x', 'text/at+jwt', 'at+jwtx', 'xat+jwt', 'at jwt']
    const { alg, kid } = forge.header
    return [forge.token({ alg, kid }), ...[...near, 1, null, ['at+jwt']].map((typ) => withHeader(forge, { typ }))]
  },
  'J49 a JWT of another kind': (forge) =>
    ['JWT', 'jwt', 'dpop+jwt', 'logout+jwt', 'secevent+jwt', 'dbsc+jwt', 'rt+jwt', 'application/jwt'].map((typ) =>
      withHeader(forge, { typ }),
    ),
  'J50 aud that does not name the verifier': (forge) => [
    without(forge, 'aud'),
    ...[`${audience}/`, `${audience}.evil`, 'https://api', audience.toUpperCase(), '', null, {}].map((aud) =>
      withClaims(forge, { aud }),
    ),
    ...[[], [null], [[audience]], ['x'], [audience, 1]].map((aud) => withClaims(forge, { aud })),
  ],
  'J51 iss that is not the issuer': (forge) => [
    without(forge, 'iss'),
    ...[`${issuer}.evil`, `${issuer}/`, issuer.toUpperCase(), 'https://app', '', 'https://xn--app-.example'].map(
      (iss) => withClaims(forge, { iss }),
    ),
    ...[[issuer], [issuer, 'evil'], { 0: issuer }, null].map((iss) => withClaims(forge, { iss })),
  ],
  'J52 sub that is no name': (forge) => [
    without(forge, 'sub'),
    ...['', 'u\0', 'x'.repeat(1025), 1, null, {}, ['u_42'], true].map((sub) => withClaims(forge, { sub })),
  ],
  'J53 a byte order mark, another encoding, half a surrogate pair': (forge) => [
    withText(forge, Buffer.concat([bom, Buffer.from(jsonOf(forge))])),
    forge.token(Buffer.concat([bom, Buffer.from(JSON.stringify(forge.header))])),
    withText(forge, Buffer.from(jsonOf(forge), 'utf16le')),
    ...['"x":"\xff"', '"x":"\xed\xa0\x80"', '"x":"\xc0\xae"'].map((member) =>
      withText(forge, Buffer.from(twice(forge, member), 'latin1')),
    ),
    ...['"x":"\\ud800"', '"x":["\\udc00\\ud800"]', '"\\ud83d":1'].map((member) =>
      withText(forge, twice(forge, member)),
    ),
    headerText(forge, '"x":"\\ud800"'),
  ],
}

export const forgedTokens: { readonly [attack: string]: Attack } = { ...forgedForms, ...forgedClaims }
