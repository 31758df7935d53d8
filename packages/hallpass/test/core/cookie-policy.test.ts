import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PolicyOptions, readPolicy } from '#src/core/policy.js'

const good: PolicyOptions = {
  issuer: 'https://app.shop.example',
  secret: 'kq3v0J8mZr5Yw1TnXb7LdE2sHc9GfUaPiO4tRxVu6NyQ',
}

function read(cookies: unknown, options: object = {}) {
  return readPolicy({ ...good, ...options, cookies } as PolicyOptions)
}

test('every name that can come is looked for, and each cookie of before is there once', () => {
  const previously = [
    { name: 'connect.sid' },
    { name: 'connect.sid', path: '/' },
    { name: 'connect.sid', domain: 'shop.example', path: '/app' },
    { name: '__Secure-hallpass-refresh', domain: 'app.shop.example' },
    { name: '__Host-Http-old' },
  ]
  const { policy, mistakes } = read({ previously })
  assert.deepEqual(mistakes, [])
  assert.deepEqual(policy.cookies.names, [...Object.values(policy.cookieNames), ...['connect.sid', '__Host-Http-old']])
  assert.deepEqual(policy.cookies.previously, [
    { name: 'connect.sid', domain: null, path: '/' },
    { name: 'connect.sid', domain: 'shop.example', path: '/app' },
    { name: '__Secure-hallpass-refresh', domain: 'app.shop.example', path: '/' },
    { name: '__Host-Http-old', domain: null, path: '/' },
  ])
  for (const nothing of [undefined, {}, { previously: [] }]) {
    const { policy: bare, mistakes: none } = read(nothing)
    assert.deepEqual([bare.cookies.previously, none], [[], []])
  }
})

const wrong: readonly (readonly [what: string, cookies: unknown, field: string, problem: RegExp])[] = [
  ['a list where the options belong', [], '', /not an object/],
  ['null', null, '', /not an object/],
  ['an unknown member', { previous: [] }, '.previous', /unknown/],
  ['one cookie without a list', { previously: { name: 'a' } }, '.previously', /not a list/],
  [
    'more than an answer can carry',
    { previously: Array.from({ length: 21 }, () => ({ name: 'a' })) },
    '.previously',
    /has 21 cookies/,
  ],
  ['a name alone', { previously: ['connect.sid'] }, '.previously[0]', /not an object/],
  ['an unknown attribute', { previously: [{ name: 'a', secure: true }] }, '.previously[0].secure', /unknown/],
  ['no name', { previously: [{ domain: 'shop.example' }] }, '.previously[0].name', /not the name/],
  ['the second of two', { previously: [{ name: 'a' }, { name: '' }] }, '.previously[1].name', /not the name/],
]

const names = ['a;b', 'a b', 'a=b', 'a,b', 'é', 'a\r\nb', 'a\0', 'a'.repeat(129), 7, null]
const paths = ['', 'old', '/a;b', '/a,b', '/a b', '/a\r\n', '/a\0', '/é', `/${'a'.repeat(256)}`, 7, null]
const domains: readonly (readonly [domain: unknown, problem: RegExp])[] = [
  [null, /not a string/],
  [['shop.example'], /not a string/],
  ['.shop.example', /begins with a dot/],
  ['Shop.example', /not in lower case/],
  ['203.0.113.9', /an address/],
  ['[::1]', /an address/],
  ['shop.example:443', /an address/],
  ['example', /one label/],
  ['localhost', /one label/],
  ['shop.example.', /not a host name/],
  ['shop..example', /not a host name/],
  ['-shop.example', /not a host name/],
  ['shop.example; Path=/', /not in lower case/],
  ['shop.example; path=/', /not a host name/],
  ['*.shop.example', /not a host name/],
  ['shop.example\r\nset-cookie: a=b', /an address/],
  ['other.example', /neither the issuer's host \(app\.shop\.example\) nor above it/],
  ['op.example', /nor above it/],
  ['deep.app.shop.example', /nor above it/],
]
const tables = [
  ...wrong,
  ...names.map((name) => [
    `the name ${JSON.stringify(name)}`,
    { previously: [{ name }] },
    '.previously[0].name',
    /name/,
  ]),
  ...paths.map((path) => [
    `the path ${JSON.stringify(path)}`,
    { previously: [{ name: 'a', path }] },
    '.previously[0].path',
    /path/,
  ]),
  ...domains.map(([domain, problem]) => [
    `the domain ${JSON.stringify(domain)}`,
    { previously: [{ name: 'a', domain }] },
    '.previously[0].domain',
    problem,
  ]),
] as typeof wrong

for (const [what, cookies, field, problem] of tables) {
  test(`promise 10: ${what} in cookies is a mistake with its remedy, and nothing is taken over`, () => {
    const { mistakes, policy } = read(cookies)
    assert.deepEqual(
      mistakes.map((mistake) => mistake.field),
      [`cookies${field}`],
    )
    assert.match(mistakes[0]!.problem, problem)
    assert.ok(mistakes[0]!.remedy.endsWith('.'))
    assert.deepEqual(policy.cookies.previously, [])
  })
}

test('promise 10: what no browser can have kept, or has now, is a mistake', () => {
  const problems = (one: object, options: object = {}): readonly string[] =>
    read({ previously: [one] }, options).mistakes.map(({ field, problem }) => `${field} ${problem}`)
  for (const one of [
    { name: '__Host-sid', domain: 'shop.example' },
    { name: '__HOST-sid', path: '/old' },
    { name: '__Host-Http-hallpass', domain: 'app.shop.example' },
  ])
    assert.match(problems(one).join(), /^cookies\.previously\[0\]\.name begins with "__Host-"/)
  for (const one of [
    { name: '__Host-Http-hallpass' },
    { name: '__Host-Http-hallpass-access', path: '/' },
    { name: '__Secure-hallpass-refresh', path: '/auth/refresh' },
  ])
    assert.match(problems(one).join(), /is the cookie of now/)
  assert.match(problems({ name: 'hallpass' }, { issuer: 'http://localhost:3000' }).join(), /is the cookie of now/)
  assert.deepEqual(problems({ name: 'hallpass', path: '/app' }, { issuer: 'http://localhost:3000' }), [])
  assert.deepEqual(problems({ name: '__Secure-hallpass-refresh' }), [])
  assert.deepEqual(problems({ name: '__Secure-hallpass-refresh', path: '/my/refresh' }), [])
  assert.deepEqual(problems({ name: 'hallpass' }), [])
})

test('promise 10: an issuer that is itself a mistake is told, and breaks nothing', () => {
  const { mistakes } = read({ previously: [{ name: 'a', domain: 'shop.example' }] }, { issuer: 7 })
  assert.deepEqual(new Set(mistakes.map(({ field }) => field)), new Set(['issuer', 'cookies.previously[0].domain']))
})
