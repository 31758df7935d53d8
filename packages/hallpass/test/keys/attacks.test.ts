import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { crypto as node } from '#src/crypto/node.js'
import { crypto as web } from '#src/crypto/web.js'
import { encoded, Forger, instance, issuedAt, payload, rules } from './fixture.js'

/** Every forgery but those of J01 to J28's first rows carries a right signature: strictness alone refuses it. */
let forger: Forger
let right: string

const { alg, typ, ...others } = { alg: 'EdDSA', typ: 'at+jwt' }
const withHeader = (members: object): string => forger.token({ ...forger.header, ...members })
const withClaims = (claims: object): string => forger.token(undefined, { ...payload, ...claims })
const withPayloadText = (text: string): string => forger.token(undefined, text)
const without = (claim: keyof typeof payload): string => {
  const { [claim]: _, ...rest } = payload
  return forger.token(undefined, rest)
}
const unsigned = (header: object): string => `${encoded({ ...forger.header, ...header })}.${encoded(payload)}.`
const parts = (): [header: string, payload: string, signature: string] => right.split('.') as [string, string, string]
const resigned = (change: (signature: Buffer) => Buffer): string => {
  const [header, payload, signature] = parts()
  return `${header}.${payload}.${change(Buffer.from(signature, 'base64url')).toString('base64url')}`
}
const neighbour = (text: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)!) ^ 1]!
}
const payloadJson = JSON.stringify(payload)
const twice = (member: string): string => `{${member},${payloadJson.slice(1)}`
const bom = Buffer.from([0xef, 0xbb, 0xbf])

const attacks: { readonly [name: string]: () => readonly string[] } = {
  'J01 alg none': () => [
    unsigned({ alg: 'none' }),
    `${unsigned({ alg: 'none' })}${parts()[2]}`,
    withHeader({ alg: 'none' }),
  ],
  'J02 alg none in another case': () =>
    ['nOnE', 'NONE', 'None', 'none ', 'none\0'].flatMap((alg) => [unsigned({ alg }), withHeader({ alg })]),
  'J03 alg of another type, or a near miss': () => [
    forger.token({ typ, kid: forger.header['kid'] }),
    ...[null, 1, true, ['EdDSA'], { toString: 'EdDSA' }, '', 'eddsa', 'EdDSA ', 'ed25519', 'Ed448'].map((alg) =>
      withHeader({ alg }),
    ),
  ],
  'J04, J07 alg of another key type, the public key as the secret': () => {
    const [, body] = parts()
    const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
    return ['HS256', 'ES256', 'RS256', 'PS256'].flatMap((alg) => {
      const signed = `${encoded({ ...forger.header, alg })}.${body}`
      const mac = createHmac('sha256', Buffer.from(x!, 'base64url')).update(signed).digest('base64url')
      return [`${signed}.${mac}`, forger.sealed(signed)]
    })
  },
  'J11 signature longer or shorter': () => [
    resigned((bytes) => Buffer.concat([bytes, Buffer.from([0])])),
    resigned((bytes) => bytes.subarray(0, 63)),
    resigned((bytes) => bytes.subarray(1)),
    resigned((bytes) => Buffer.concat([bytes, bytes])),
    resigned(() => Buffer.alloc(64)),
  ],
  'J13 the unused bits of a last character': () => {
    const [header, body, signature] = parts()
    const loose = encoded(`${payloadJson} `.padEnd(Math.ceil(payloadJson.length / 3) * 3 + 1))
    const looseHeader = encoded(JSON.stringify(forger.header).padEnd(100))
    return [
      `${header}.${body}.${neighbour(signature)}`,
      forger.sealed(`${header}.${neighbour(loose)}`),
      forger.sealed(`${neighbour(looseHeader)}.${body}`),
    ]
  },
  'J14 padding': () => {
    const [header, body] = parts()
    return [`${right}=`, `${right}==`, forger.sealed(`${header}=.${body}`), forger.sealed(`${header}.${body}=`)]
  },
  'J15 whitespace': () => {
    const [header, body, signature] = parts()
    const around = [' ', '\n', '\t', '\r\n', '\0'].flatMap((space) => [`${right}${space}`, `${space}${right}`])
    const inside = forger.sealed(`${header.slice(0, 4)} ${header.slice(4)}.${body}`)
    return [...around, inside, `${header}.${body}. ${signature}`, `${header}.${body}\n.${signature}`]
  },
  'J16 the standard alphabet': () => {
    // "~~~" and "???" are what gives '+' and '/' in base64.
    const [header] = parts()
    const [dash, underscore] = [encoded({ ...payload, x: '~~~ ~~~' }), encoded({ ...payload, x: '??? ??? ???' })]
    const standard = [dash.replaceAll('-', '+'), underscore.replaceAll('_', '/')]
    assert.match(standard.join(''), /\+.*\//)
    return standard.map((body) => forger.sealed(`${header}.${body}`))
  },
  'J17 other separators': () => ['．', '%2e', ',', '..'].map((dot) => right.replaceAll('.', dot)),
  'J18 other numbers of segments': () => {
    const [header, body, signature] = parts()
    const few = ['', header, `${header}.${body}`, `${header}.${body}.${signature}.${signature}`]
    return [...few, `${right}.${header}.${body}`, `.${right}`, `${right}.`, '...', '.'.repeat(1e6)]
  },
  'J18 longer than any token we take': () => {
    const padded = (length: number): string => withClaims({ x: 'x'.repeat(length) })
    const longest = 4096 - padded(0).length
    return [padded(longest), padded(100_000)]
  },
  'J19 the JSON serialization': () => {
    const [header, body, signature] = parts()
    const flat = { payload: body, protected: header, signature }
    const general = { payload: body, signatures: [{ protected: header, signature }] }
    const polyglot = `{"protected":"${header}","payload":"${body}","signature":"${signature}","x":"${right}"}`
    return [JSON.stringify(flat), JSON.stringify(general), polyglot]
  },
  'J20 a key that the token brings along': () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const jwk = publicKey.export({ format: 'jwk' })
    const signed = `${encoded({ ...forger.header, jwk })}.${encoded(payload)}`
    return [`${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`, forger.sealed(signed)]
  },
  'J21, J22 the address or chain of a key': () =>
    [{ jku: 'https://evil.example/jwks' }, { x5u: 'file:///etc/passwd' }, { x5c: ['AAAA'] }].map(withHeader),
  'J23 kid as an injection': () => {
    const texts = ['', '../../dev/null', "' UNION SELECT 'x", '__proto__', 'constructor', 'x'.repeat(2000)]
    const near = [`${forger.header['kid']!} `, forger.header['kid']!.toLowerCase()]
    const typed: unknown[] = [null, 1, {}, [forger.header['kid']], { toString: forger.header['kid'] }]
    return [...texts, ...near, ...typed].map((kid) => withHeader({ kid }))
  },
  'J28 no signature': () => [`${parts()[0]}.${parts()[1]}.`, `${parts()[0]}.${parts()[1]}`],
  'J30 crit that nobody knows': () => [withHeader({ crit: ['x'], x: 1 }), withHeader({ crit: ['exp'], exp: 1 })],
  'J31 crit that is none': () =>
    [[], 'alg', ['alg'], ['x', 'x'], ['absent'], null, {}].map((crit) => withHeader({ crit, x: 1 })),
  'J32 b64': () => [withHeader({ crit: ['b64'], b64: false }), withHeader({ b64: false }), withHeader({ b64: true })],
  'J33 zip': () => [withHeader({ zip: 'DEF' }), withHeader({ zip: null })],
  'J37 a member named twice': () => [
    ...['"exp":1', `"exp":${payload.exp}`, '"sub":"u_42"', '"\\u0073ub":"u_1"', '"sub" :"u_42"'].map((member) =>
      withPayloadText(twice(member)),
    ),
    withPayloadText(twice('"x":{"role":"reader","role":"admin"}')),
    forger.token(`{"alg":"none",${JSON.stringify(forger.header).slice(1)}`),
    forger.token(`{"kid":"x",${JSON.stringify(forger.header).slice(1)}`),
  ],
  'J38 __proto__ anywhere': () => [
    withPayloadText(twice('"__proto__":{"admin":true}')),
    withPayloadText(twice('"x":[{"__proto__":{"admin":true}}]')),
    withPayloadText(twice('"x":{"\\u005f_proto__":{"admin":true}}')),
    forger.token(`{"__proto__":{"kid":"x"},${JSON.stringify(forger.header).slice(1)}`),
  ],
  'J39 a payload that is no object': () =>
    ['[]', 'null', '"x"', '1', ' ', '{', `[${payloadJson}]`, `${payloadJson}x`].map(withPayloadText),
  'J40, J41, J43 exp that is no time': () => [
    without('exp'),
    ...['1999999999', 'Infinity', null, true, [payload.exp], {}, -1, -0, 0, 2 ** 53].map((exp) => withClaims({ exp })),
    withPayloadText(payloadJson.replace(`"exp":${payload.exp}`, '"exp":1e400')),
    withPayloadText(payloadJson.replace(`"exp":${payload.exp}`, '"exp":-0')),
  ],
  'J42, J47 a lifetime longer than any we issue': () => [
    withClaims({ exp: payload.exp * 1000 }),
    withClaims({ exp: issuedAt + rules.maximumLifetime + 1 }),
    withClaims({ exp: issuedAt + 10 * 365 * 86_400 }),
    withClaims({ exp: issuedAt }),
    withClaims({ iat: issuedAt - 700 }),
  ],
  'J45 nbf in the future': () => [61, 1e6].map((ahead) => withClaims({ nbf: issuedAt + ahead })),
  'J46 iat in the future, or none': () => [
    without('iat'),
    withClaims({ iat: issuedAt + 6 }),
    withClaims({ iat: issuedAt + 2000, exp: issuedAt + 2300 }),
    ...[null, '1', [], Infinity].map((iat) => withClaims({ iat })),
  ],
  'J48, J49 a JWT of another type': () => {
    const types = ['JWT', 'jwt', 'dpop+jwt', 'logout+jwt', 'secevent+jwt', 'dbsc+jwt', 'rt+jwt', 'application/jwt']
    const near = [
      '',
      'at+jwt ',
      'application/at+jwt;x',
      'text/at+jwt',
      'at+jwtx',
      'xat+jwt',
      'at jwt',
      1,
      null,
      ['at+jwt'],
    ]
    return [forger.token({ alg, kid: forger.header['kid'] }), ...[...types, ...near].map((typ) => withHeader({ typ }))]
  },
  'J50 aud that does not name us': () => [
    without('aud'),
    ...['https://api.example/', 'https://api.example.evil', 'https://api', 'HTTPS://API.EXAMPLE', '', null, {}].map(
      (aud) => withClaims({ aud }),
    ),
    ...[[], [null], [[rules.audience]], ['x'], [rules.audience, 1]].map((aud) => withClaims({ aud })),
  ],
  'J51 iss that is not the issuer': () => [
    without('iss'),
    ...['https://app.example.evil', 'https://app.example/', 'https://APP.example', 'https://app', ''].map((iss) =>
      withClaims({ iss }),
    ),
    ...[[rules.issuer], [rules.issuer, 'evil'], { 0: rules.issuer }, null].map((iss) => withClaims({ iss })),
  ],
  'J52 sub that is no name': () => [
    without('sub'),
    ...['', 'u\0', 'x'.repeat(1025), 1, null, {}, ['u_42'], true].map((sub) => withClaims({ sub })),
  ],
  'J53 a byte order mark, another encoding, half a surrogate pair': () => [
    forger.token(undefined, Buffer.concat([bom, Buffer.from(payloadJson)])),
    forger.token(Buffer.concat([bom, Buffer.from(JSON.stringify(forger.header))])),
    forger.token(undefined, Buffer.from(payloadJson, 'utf16le')),
    forger.token(undefined, Buffer.from(twice('"x":"\xff"'), 'latin1')),
    forger.token(undefined, Buffer.from(twice('"x":"\xed\xa0\x80"'), 'latin1')),
    forger.token(undefined, Buffer.from(twice('"x":"\xc0\xae"'), 'latin1')),
    withPayloadText(twice('"x":"\\ud800"')),
    withPayloadText(twice('"x":["\\udc00\\ud800"]')),
    withPayloadText(twice('"\\ud83d":1')),
    forger.token(`{"x":"\\ud800",${JSON.stringify(forger.header).slice(1)}`),
  ],
  'RFC 9068: a required claim that is missing': () =>
    (['jti', 'client_id', 'sid', 'auth_time', 'amr', 'gen'] as const).map(without),
}

for (const [name, crypto] of [
  ['node:crypto', node],
  ['Web Crypto', web],
] as const) {
  describe(`an access token under ${name}`, () => {
    const { tokens, store } = instance({ crypto })
    before(async () => {
      forger = await Forger.of(await tokens.list())
      right = await tokens.sign(payload)
    })

    test('the forger signs what is right, so that every refusal below is for the reason it names', async () => {
      assert.deepEqual(others, {})
      for (const token of [right, forger.token(), withClaims({}), withHeader({}), withPayloadText(payloadJson)]) {
        assert.equal((await tokens.verify(token)).ok, true)
      }
    })

    test('J08, J12, J44, J48, J50: what the standards allow is accepted', async () => {
      const allowed = [
        withHeader({ alg: 'Ed25519' }),
        ...['AT+JWT', 'application/at+jwt', 'Application/At+Jwt'].map((typ) => withHeader({ typ })),
        withHeader({ cty: 'JWT' }),
        withClaims({ aud: ['https://other.example', rules.audience] }),
        withClaims({ nbf: issuedAt }),
        withClaims({ iat: issuedAt + 5 }),
        withClaims({ exp: issuedAt + 0.5 }),
        withPayloadText(twice('"x":"\\ud83d\\ude00 \\\\ud800 \\"x\\":{"')),
        withPayloadText(twice('"x":{"sub":[{"exp":1},{"exp":2}],"exp":3}')),
        withPayloadText(` ${payloadJson}\n`),
        withClaims({ x: 'x'.repeat(2500) }),
      ]
      for (const token of allowed) assert.deepEqual((await tokens.verify(token)).ok, true, token)
    })

    for (const [attack, make] of Object.entries(attacks)) {
      test(attack, async () => {
        const written = store.writes
        for (const token of make()) {
          const verdict = await tokens.verify(token)
          assert.equal(!verdict.ok && verdict.code, 'invalid', token.slice(0, 2000))
        }
        assert.equal(({} as { admin?: unknown }).admin, undefined)
        assert.equal(store.writes, written)
        assert.equal((await tokens.verify(right)).ok, true)
      })
    }

    test('every change of a single character is refused', async () => {
      for (let index = 0; index < right.length; index++) {
        const changed = right.slice(0, index) + (right[index] === 'A' ? 'B' : 'A') + right.slice(index + 1)
        assert.equal((await tokens.verify(changed)).ok, false, `character ${index}`)
      }
    })
  })
}
