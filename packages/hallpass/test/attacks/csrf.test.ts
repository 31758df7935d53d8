import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookiesFor } from '#src/http/carriage.js'
import { type CsrfContext, csrfRequest, type CsrfRequest, csrfVerdict } from '#src/http/csrf.js'
import { jsonPatch } from '#src/http/problem.js'
import { policyOf, request } from '../http/request.js'

const own = 'https://app.example'
const listed = 'https://admin.example'
const bare: CsrfRequest & CsrfContext = {
  ...{ method: 'POST', secFetchSite: null, origin: null, referer: null },
  ...{ carriedBy: 'cookie', ownOrigins: [own, listed], csrfToken: 'absent', sensitive: false },
}
const allows = (asked: Partial<typeof bare>): boolean => csrfVerdict({ ...bare, ...asked }).allowed

test('X01 a cookie without any browser header is refused, unless the session’s own token comes with it', () => {
  assert.equal(allows({}), false)
  assert.equal(allows({ csrfToken: 'valid' }), true)
  assert.equal(allows({ csrfToken: 'invalid' }), false)
})

test('X01 a bearer token needs no check, and neither does a request that carried nothing', () => {
  for (const carriedBy of ['authorization', null] as const)
    assert.equal(allows({ carriedBy, secFetchSite: 'cross-site' }), true)
})

test('X02 X03 cross-site and same-site are refused, whatever else is true', () => {
  for (const secFetchSite of ['cross-site', 'same-site']) {
    for (const csrfToken of ['absent', 'invalid', 'valid'] as const) {
      assert.equal(allows({ secFetchSite, csrfToken }), false)
      assert.equal(allows({ secFetchSite, csrfToken, referer: `${own}/` }), false)
      assert.equal(allows({ secFetchSite, csrfToken, origin: 'https://evil.example' }), false)
    }
  }
})

test('X02 a listed origin of another site is let through', () =>
  assert.equal(allows({ secFetchSite: 'cross-site', origin: listed }), true))

test('X04 "none" is allowed to read, and to change something only with our Origin', () => {
  assert.equal(allows({ secFetchSite: 'none', method: 'GET' }), true)
  assert.equal(allows({ secFetchSite: 'none' }), false)
  assert.equal(allows({ secFetchSite: 'none', origin: own }), true)
})

for (const secFetchSite of [
  'same-origin, cross-site',
  'Same-Origin',
  'same-origin ',
  '',
  'same_origin',
  'same-origin,same-origin',
]) {
  test(`X05 Sec-Fetch-Site ${JSON.stringify(secFetchSite)} is not trusted`, () => {
    assert.equal(allows({ secFetchSite }), false)
    assert.equal(allows({ secFetchSite, origin: 'https://evil.example' }), false)
    assert.equal(allows({ secFetchSite, origin: own }), true)
  })
}

test('X06 Origin null is somebody else, never nobody', () => {
  for (const asked of [{}, { secFetchSite: 'same-origin' }, { referer: `${own}/` }, { csrfToken: 'valid' }] as const) {
    assert.equal(allows({ ...asked, origin: 'null' }), false)
  }
})

const lookAlikes = [
  ...[
    'https://app.example.evil',
    'https://app.example:444',
    'https://app.example:443',
    'http://app.example',
    'https://APP.example',
  ],
  ...[
    'https://app.example.',
    'https://app.example@evil',
    'https://user@app.example',
    'https://app.example/',
    'https://app.example%60.evil',
  ],
  ...[
    'https://xn--pp-eka.example',
    'https://аpp.example',
    'https://evil.example?https://app.example',
    ' https://app.example',
    'app.example',
  ],
  ...[
    'https://app.example, https://app.example',
    'https://app.exampl',
    'https://app.example\0',
    'https://evil/https://app.example',
    '',
  ],
]
for (const origin of lookAlikes) {
  test(`X07 the look-alike origin ${JSON.stringify(origin)} is not ours`, () => {
    assert.equal(allows({ origin }), false)
    assert.equal(allows({ origin, secFetchSite: 'same-origin', csrfToken: 'valid', referer: `${own}/` }), false)
  })
}

const foreignReferers = [
  ...[
    'https://app.example.evil/',
    'https://app.example:444/',
    'http://app.example/',
    'https://app.example@evil/',
    'https://app.example',
  ],
  ...[
    'https://app.example\\@evil/',
    'https://evil/https://app.example/',
    '//app.example/',
    'https://app.example?/',
    '',
    'about:client',
  ],
]
for (const referer of foreignReferers) {
  test(`X07 X21 the referring page ${JSON.stringify(referer)} is not ours`, () => {
    assert.equal(allows({ referer }), false)
    assert.equal(allows({ referer, csrfToken: 'valid' }), false)
  })
}

test('X21 a referring page of ours counts where no other header came, scheme and all', () => {
  assert.equal(allows({ referer: `${own}/sign-in?x=1` }), true)
  assert.equal(allows({ referer: `${listed}/` }), true)
})

test('X08 no header adds an origin: forwarded hosts are not even looked at', () => {
  const forged = {
    ...{
      origin: 'https://evil.example',
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    },
    ...{ forwarded: 'host=evil.example', 'x-original-host': 'evil.example' },
  }
  assert.equal(csrfVerdict({ ...bare, ...csrfRequest(request(forged)) }).allowed, false)
})

test('X10 X15 what cannot change anything is allowed from everywhere', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    assert.equal(allows({ method, secFetchSite: 'cross-site', origin: 'null' }), true)
})

const types = [
  '',
  'text/plain',
  'Text/Plain',
  'application/x-www-form-urlencoded; charset=x',
  'multipart/form-data',
  'application/json',
]
for (const type of types) {
  test(`X12 the verdict does not ask for the content type ${JSON.stringify(type)}`, () => {
    const headers = { 'content-type': type, origin: 'https://evil.example' }
    assert.equal(csrfVerdict({ ...bare, ...csrfRequest(request(headers)) }).allowed, false)
    assert.equal(csrfVerdict({ ...bare, ...csrfRequest(request({ ...headers, origin: own })) }).allowed, true)
  })
}

for (const method of [
  'post',
  'get',
  'Get',
  'head',
  'PUT',
  'PATCH',
  'DELETE',
  'PROPFIND',
  'TRACE',
  'CONNECT',
  'QUERY',
  'GET ',
  '',
  'constructor',
]) {
  test(`X13 the method ${JSON.stringify(method)} may change something`, () => {
    assert.equal(allows({ method, secFetchSite: 'cross-site' }), false)
    assert.equal(allows({ method, origin: own }), true)
  })
}

test('X13 the method is the one sent: no header and no parameter overrides it', () => {
  const headers = { 'x-http-method-override': 'GET', 'x-method-override': 'GET', origin: 'https://evil.example' }
  const { method } = csrfRequest(request(headers, { path: '/?_method=GET' }))
  assert.equal(method, 'POST')
})

test('X14 SameSite is always written, so no browser applies its two minutes', () => {
  for (const issuer of [own, 'http://localhost:3000']) {
    const { headers } = cookiesFor(
      { sessionToken: 's', expiresAt: 0 },
      policyOf({ issuer }),
      { remember: false, absoluteExpiresAt: 0 },
      0,
    )
    for (const [name, line] of headers) if (name === 'set-cookie') assert.match(line, /; SameSite=(Lax|Strict)$/)
  }
})

test('X17 a token that is not this session’s refuses even a page of ours', () => {
  assert.equal(allows({ origin: own, csrfToken: 'invalid' }), false)
  assert.equal(allows({ origin: own, csrfToken: 'valid' }), true)
})

test('X18 a token in the address is not one', () => {
  const view = request({}, { path: '/?csrf=token&hallpass-csrf=token' })
  assert.equal(view.header('hallpass-csrf'), null)
  assert.deepEqual(Object.keys(csrfRequest(view)), ['method', 'secFetchSite', 'origin', 'referer'])
})

test('a sensitive route takes nothing but the token, from wherever it is asked', () => {
  assert.equal(allows({ sensitive: true, origin: own, secFetchSite: 'same-origin' }), false)
  assert.equal(allows({ sensitive: true, origin: own, csrfToken: 'valid' }), true)
  assert.equal(allows({ sensitive: true, origin: 'https://evil.example', csrfToken: 'valid' }), false)
})

test('every refusal has its reason', () => {
  const asked = [
    {},
    { origin: 'null' },
    { secFetchSite: 'cross-site' },
    { referer: 'x' },
    { csrfToken: 'invalid' },
    { sensitive: true },
  ] as const
  const reasons = asked
    .map((one) => csrfVerdict({ ...bare, ...one }))
    .map((verdict) => (verdict.allowed ? '' : verdict.reason))
  assert.equal(new Set(reasons).size, asked.length)
  assert.ok(!reasons.includes(''))
})

test('X22 X24 answers carry no CORS header, and let no other origin embed or sniff them', () => {
  const headers = new Map<string, string>(jsonPatch(200, {}).headers)
  assert.ok([...headers.keys()].every((name) => !name.startsWith('access-control-')))
  assert.deepEqual(
    [headers.get('cross-origin-resource-policy'), headers.get('x-content-type-options')],
    ['same-origin', 'nosniff'],
  )
})
