import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aboutSentences, decode, explain, findingSentence, longestDecoded, rules } from 'hallpass/inspect'
import fc from 'fast-check'
import { formatRefreshToken, formatSessionToken } from '#src/core/token.js'
import { encoded, Forge, payload } from '../../attacks/forge.js'

const forge = new Forge('EdDSA')
const token = forge.token()
const [head, body, signature] = token.split('.') as [string, string, string]
const id = `ab${'A'.repeat(22)}`
const secret = 'B'.repeat(42) + 'A'

describe('what stands around a token is taken off, and said', () => {
  const cases: readonly (readonly [name: string, pasted: string, what: RegExp])[] = [
    ['white space', ` \n${token}\t`, /white space/],
    ['quotes', `"${token}"`, /quotes/],
    ['a scheme', `Bearer ${token}`, /the scheme Bearer/],
    ['another scheme', `DPoP ${token}`, /the scheme DPoP/],
    [
      'a whole header',
      `authorization:  bearer ${token}\r\n`,
      /Authorization; white space around it; the scheme Bearer/,
    ],
    ['a cookie header', `Cookie: theme=dark; access=${token}; b=1`, /Cookie and the cookie name access, and 2 more/],
    [
      'a Set-Cookie line',
      `Set-Cookie: __Host-Http-hallpass-access=${token}; Path=/; HttpOnly; Secure`,
      /Set-Cookie and the cookie name __Host-Http-hallpass-access, and its attributes \(Path=\/; HttpOnly; Secure\)/,
    ],
    ['one cookie', `access=${token}`, /the cookie name access$/],
  ]
  for (const [name, pasted, what] of cases) {
    test(name, () => {
      const decoded = decode(pasted)
      assert.equal(decoded.kind, 'jws')
      assert.equal(decoded.token, token)
      assert.match(decoded.takenOff.join('; '), what)
    })
  }

  test('nothing is taken off a token as it is', () => {
    assert.deepEqual(decode(token).takenOff, [])
  })
})

describe('what was pasted is recognised', () => {
  const cases: readonly (readonly [name: string, pasted: string, kind: string, about: RegExp])[] = [
    ['nothing', '  \n', 'empty', /nothing/],
    ['a signed token', token, 'jws', /signed, not encrypted/],
    ['one without a signature', `${head}.${body}.`, 'jws', /without a signature/],
    ['an encrypted one', `${encoded({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`, 'jwe', /encrypted token/],
    ['five parts', `${token}.AAAA.AAAA`, 'jwe', /no encryption/],
    ['two parts', `${head}.${body}`, 'other-parts', /lost its signature/],
    ['four parts', `${token}.AAAA`, 'other-parts', /^4 parts/],
    ['no parts', 'bm90IGEgdG9rZW4', 'opaque', /opaque/],
    ['a name with dots', 'www.example.com', 'opaque', /no header/],
    ['a session token', formatSessionToken({ id, secret }), 'session-token', /session token of Hallpass/],
    ['a refresh token', formatRefreshToken({ id, generation: 7, mac: secret }), 'refresh-token', /refresh token/],
    ['one of them cut off', formatSessionToken({ id, secret }).slice(0, -3), 'session-token', /cut off/],
    [
      'a refresh token cut off',
      formatRefreshToken({ id, generation: 7, mac: secret }).slice(0, -3),
      'refresh-token',
      /off/,
    ],
    ['one that is far too long', `hp_s.${'A'.repeat(5000)}`, 'session-token', /It is longer than any\.$/],
    ['a key', JSON.stringify(forge.publicJwk), 'jwk', /JSON Web Key/],
    ['a public key', JSON.stringify(forge.publicJwk), 'jwk', /check tokens with\.$/],
    ['a private key', '{"kty":"OKP","crv":"Ed25519","x":"A","d":"A"}', 'jwk', /carries d, which is private/],
    ['a key set', JSON.stringify({ keys: [forge.publicJwk] }), 'jwk-set', /JWK Set/],
    ['the JSON form', JSON.stringify({ payload: body, protected: head, signature }), 'json', /JSON form of JWS/],
    ['the JSON form of several', JSON.stringify({ payload: body, signatures: [] }), 'json', /JSON form of JWS/],
    ['a payload alone', JSON.stringify({ payload: body }), 'json', /^JSON, and no token/],
    ['a signature alone', JSON.stringify({ signature }), 'json', /^JSON, and no token/],
    ['the JSON form of an encrypted one', JSON.stringify({ ciphertext: 'AAAA' }), 'json', /JSON form of JWE/],
    ['other JSON', '[1]', 'json', /no token/],
    ['broken JSON', '{"a":', 'json', /is none/],
  ]
  for (const [name, pasted, kind, about] of cases) {
    test(name, () => {
      const decoded = decode(pasted)
      assert.equal(decoded.kind, kind)
      assert.match(decoded.about, about)
    })
  }

  test('of a token in too many parts few are shown, and its payload where it is one', () => {
    const many = decode(`${head}.${body}${'.A'.repeat(20)}`)
    assert.deepEqual([many.pieces.length, many.payload?.strict?.['iss']], [8, payload.iss])
    assert.equal(decode(`${head}.AAAA`).payload, null)
  })

  test('what is not UTF-8 is read for people, and never as a verifier would', () => {
    const { payload: read } = decode(forge.token(undefined, Buffer.from('{"a":"\xff"}', 'latin1')))
    assert.deepEqual([read?.members.length, read?.strict], [1, null])
  })

  test('of very many members and findings the first are shown', () => {
    const members = Array.from({ length: 301 }, (_, index) => `"m${index}":1`)
    const shown = decode(forge.token(undefined, `{${members.join()}}`))
    assert.deepEqual([shown.payload?.members.length, Object.keys(shown.payload?.strict ?? {}).length], [300, 301])
    const twice = Array.from({ length: 50 }, () => '"a":1').join()
    assert.equal(decode(forge.token(undefined, `{${twice}}`)).findings.length, 20)
  })

  test('the longest text that is looked at is not too long', () => {
    assert.deepEqual(
      [longestDecoded, longestDecoded + 1].map((length) => decode('A'.repeat(length)).tooLong),
      [false, true],
    )
  })

  test('secrets of opaque tokens are masked, also in those that are cut off', () => {
    for (const pasted of [formatSessionToken({ id, secret }), formatSessionToken({ id, secret }).slice(0, -1)]) {
      const { token: _, ...shown } = decode(pasted)
      assert.doesNotMatch(JSON.stringify(shown), /BBBBB/)
    }
  })
})

describe('each finding names its place', () => {
  const places = (pasted: string): string[] => decode(pasted).findings.map(findingSentence)
  const withPayload = (json: string | Uint8Array): string => forge.token(undefined, json)

  const cases: readonly (readonly [name: string, pasted: string, sentence: RegExp])[] = [
    ['padding', `${head}.${body}=.${signature}`, new RegExp(`^Payload, character ${body.length + 1}: Padding`)],
    ['white space', `${head.slice(0, 4)} ${head.slice(4)}.${body}.${signature}`, /^Header, character 5: White space/],
    ['the standard alphabet', `${head}.${encoded('{"a":"~~~~"}').replace(/-|_/, '+')}.A`, /plain base64/],
    [
      'a foreign character',
      `${head}.${body.slice(0, 9)}é${body.slice(9)}.${signature}`,
      /^Payload, character 10: A char/,
    ],
    ['spare bits', `${head}.${body}.${signature.slice(0, -1)}B`, /^Signature, character 86: The last character holds/],
    ['no whole byte', `${head}.${body}.A`, /^Signature, character 1: One character too many/],
    ['not UTF-8', withPayload(Buffer.from('{"a":"\xff"}', 'latin1')), /^Payload, byte 7: This byte is not UTF-8/],
    [
      'U+FFFD is UTF-8, what follows is not',
      withPayload(Buffer.concat([Buffer.from('{"\ufffd":"'), Buffer.from([0xc0])])),
      /^Payload, byte 9: This/,
    ],
    [
      'a member twice',
      withPayload('{\n "sub":"a",\n "sub":"b"}'),
      /^Payload, line 3, column 2 \(\$\.sub\): The name "sub" stands/,
    ],
    [
      '__proto__ inside',
      withPayload('{"x":[{"__proto__":{}}]}'),
      /^Payload, line 1, column 8 \(\$\.x\[0\]\.__proto__\): A member/,
    ],
    ['a time of 1e400', withPayload('{"exp":1e400}'), /^Payload, line 1, column 8 \(\$\.exp\): The number 1e400/],
    ['half a surrogate pair', withPayload('{"a":"\\ud800"}'), /^Payload, line 1, column 6 \(\$\.a\): .* surrogate/],
    ['cut off', withPayload('{"a":1,"b":[1,'), /^Payload, line 1, column 15 \(\$\.b\[1\]\): The JSON ends too early/],
    ['no colon', withPayload('{"a" 1}'), /^Payload, line 1, column 6.*: No JSON: a colon belongs here/],
    ['a bad number', withPayload('{"a":01}'), /^Payload, line 1, column 6.*cannot stand in this string or number/],
    ['more after the end', withPayload('{}{}'), /^Payload, line 1, column 3: No JSON: nothing more belongs here/],
    ['nothing at all', withPayload(''), /^Payload, line 1, column 1: There is no JSON/],
    ['of JSON that is no token', '{"a":1,"a":2}', /^Token, line 1, column 8 \(\$\.a\)/],
  ]
  for (const [name, pasted, sentence] of cases) {
    test(name, () => {
      const [first = ''] = places(pasted)
      assert.match(first, sentence)
    })
  }

  test('what can be read is read all the same', () => {
    const members = (pasted: string) => decode(pasted).payload!.members.map(({ name, value }) => [name, value])
    assert.deepEqual(members(withPayload('{"sub":"a","sub":"b","exp":1e400}')), [
      ['sub', '"a"'],
      ['sub', '"b"'],
      ['exp', '1e400'],
    ])
    assert.deepEqual(members(withPayload('{"sub":"a","x":{"y":[1,')), [
      ['sub', '"a"'],
      ['x', '{"y":[1,'],
    ])
    assert.deepEqual(members(`${head}. ${body}==.${signature}`).length, Object.keys(payload).length)
    assert.equal(decode(withPayload('{"sub":"a","sub":"b"}')).payload!.strict, null)
  })

  test('a token that is in order has none', () => {
    assert.deepEqual(places(token), [])
  })
})

describe('nothing makes it throw, or take long', () => {
  test('any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        for (const pasted of [one, `${head}.${one}.${other}`, `${encoded(one)}.${encoded(other)}.x`, `{${one}`]) {
          aboutSentences(decode(pasted))
        }
        decode(`${head}.${encoded(`{${one}`)}.${encoded(other)}`)
      }),
      { numRuns: 1000 },
    )
  })

  const large: readonly (readonly [name: string, pasted: string])[] = [
    ['10 MB of one part', 'A'.repeat(1e7)],
    ['a token of 10 MB', withMegabytes()],
    ['dots', '.'.repeat(1e7)],
    ['brackets', '['.repeat(1e7)],
    ['white space', ' '.repeat(1e7)],
    ['depth within the bound', forge.token(undefined, `{"a":${'['.repeat(20_000)}`)],
    ['actors within actors', forge.token(undefined, `${'{"sub":"a","act":'.repeat(1200)}{}${'}'.repeat(1200)}`)],
    ['quotes', '"'.repeat(1e7)],
    ['cookies', `Cookie: ${'a=b; '.repeat(1e6)}`],
  ]
  for (const [name, pasted] of large) {
    test(name, () => {
      const startedAt = performance.now()
      const decoded = decode(pasted)
      rules(decoded.token, { now: 0, signature: null })
      explain(decoded, 0)
      const took = performance.now() - startedAt
      assert.equal(decoded.length, pasted.length)
      assert.equal(decoded.tooLong, pasted.length > longestDecoded)
      assert.ok(decoded.token.length <= longestDecoded)
      assert.ok(took < 2000, `${took} ms`)
    })
  }

  function withMegabytes(): string {
    return `${head}.${'A'.repeat(1e7)}.${signature}`
  }

  test('of what is too long the header is shown, and that it is too long is said', () => {
    const decoded = decode(withMegabytes())
    assert.equal(decoded.kind, 'other-parts')
    assert.equal(decoded.header?.strict?.['alg'], 'EdDSA')
    assert.deepEqual(decoded.findings, [])
    assert.match(decoded.about, /^The beginning of what looks like a signed or encrypted token/)
    assert.match(aboutSentences(decoded).join(' '), /10,000,\d{3} characters are too long for a token/)
  })
})
