import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type ConfigReading, type Environment, type Files, diskFiles, readConfig } from '#src/config.js'
import { rootSecretBeside } from '#src/root-secret.js'

const secret = 'q7Rw2kZp9XvLm4TbYc8NdHs3FgJu6AeKx1Vo5WiB'
const operatorKey = 'Jt4Wq9Zx2Lm7Vc5Bn8Kd3Rf6Hs1Gp0YaUe'
const forwardAuthKey = 'Hc5Wz8Qn2Lt7Bv4Xk9Rd3Mf6Jp1Gs0YaEuIo'
const another = 'Zt5Qm8Ys2Kd7Wv4Nx9Jb3Hc6Lf1Rg0PpUaEoTiVr'

function files(config: unknown = null): Files {
  const text = typeof config === 'string' || config === null ? config : JSON.stringify(config)
  return { config: () => text, secret: () => assert.fail('no secret may be drawn') }
}

function read(env: Environment, config?: unknown): ConfigReading {
  return readConfig(env, files(config))
}

function mistakes(reading: ConfigReading): { readonly [field: string]: string } {
  assert.equal(reading.ok, false)
  for (const { problem, remedy } of reading.mistakes) assert.ok(problem.endsWith('.') && remedy.length > 0)
  return Object.fromEntries(reading.mistakes.map(({ field, problem }) => [field, problem]))
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hallpass-config-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('with nothing set: localhost, port 7100, an embedded database and a secret beside it', () => {
  const asked: (string | null)[][] = []
  const reading = readConfig(
    {},
    { config: () => null, secret: (...paths) => (asked.push(paths), { ok: true, text: `${secret}\n` }) },
  )
  assert.ok(reading.ok)
  const { config } = reading
  assert.equal(config.port, 7100)
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.policy.issuer, 'http://localhost:7100')
  assert.equal(config.policy.strategy, 'session')
  assert.deepEqual(config.policy.secret, [secret])
  assert.deepEqual(asked, [[join(process.cwd(), 'data/hallpass.db'), join(process.cwd(), 'data/hallpass.secret')]])
})

test('everything can be set', () => {
  const env = {
    HALLPASS_STORE: 'memory:',
    HALLPASS_ISSUER: 'https://app.example',
    HALLPASS_SECRET: `${secret},\n${another}\n`,
    HALLPASS_STRATEGY: 'hybrid',
    HALLPASS_HOST: '0.0.0.0',
    HALLPASS_OPERATOR_KEY: operatorKey,
    PORT: '8080',
    PATH: '/bin',
  }
  const reading = read(env, {
    name: 'shop',
    lease: 1.5,
    lastKnownGood: 30,
    cachedSessions: 500,
    whenTheLogForgets: 'keep-sessions',
    signing: { algorithm: 'ES256', rotateEvery: 604_800 },
    lifetimes: { idle: 60 },
    origins: ['https://admin.app.example'],
    cookies: { previously: [{ name: 'connect.sid', domain: 'app.example' }] },
    proxies: { count: 2, networks: ['10.0.0.0/8'] },
    internalHosts: ['hallpass:7100'],
    logLevel: 'warn',
  })
  assert.ok(reading.ok)
  const { config } = reading
  assert.deepEqual(config.store, { engine: 'memory' })
  assert.deepEqual(config.policy, {
    issuer: 'https://app.example',
    strategy: 'hybrid',
    secret: [secret, another],
    signInPage: '/sign-in',
    name: 'shop',
    lease: 1.5,
    lastKnownGood: 30,
    cachedSessions: 500,
    whenTheLogForgets: 'keep-sessions',
    signing: { algorithm: 'ES256', rotateEvery: 604_800 },
    lifetimes: { idle: 60 },
    origins: ['https://admin.app.example'],
    cookies: { previously: [{ name: 'connect.sid', domain: 'app.example' }] },
  })
  assert.deepEqual(config.transport, {
    issuer: 'https://app.example',
    hosts: ['app.example', 'admin.app.example'],
    internalHosts: ['hallpass:7100'],
    proxies: { count: 2, networks: ['10.0.0.0/8'] },
  })
  assert.equal(config.operatorKey, operatorKey)
  assert.deepEqual([config.port, config.host, config.logLevel, config.secretFile], [8080, '0.0.0.0', 'warn', null])
})

test('promise 10: every mistake of environment and file is listed at once, and nothing is created', () => {
  const env = {
    HALLPASS_STORE: 'mysql://x',
    HALLPASS_STRATEGY: 'cookies',
    PORT: '70000',
    HALLPASS_STRATEGEY: 'jwt',
    HALLPASS_HOST: 'a b',
  }
  const config = { lifetimes: { idle: '1d', forever: 1 }, origins: 'https://a.example', retries: 3, logLevel: 'loud' }
  assert.deepEqual(mistakes(read(env, config)), {
    HALLPASS_STORE: 'is no store that this server knows.',
    HALLPASS_STRATEGY: 'is no strategy.',
    HALLPASS_HOST: 'is no address.',
    PORT: 'is no port.',
    HALLPASS_STRATEGEY: 'is unknown.',
    'hallpass.config.json: lifetimes.idle': 'is not a number.',
    'hallpass.config.json: lifetimes.forever': 'is unknown.',
    'hallpass.config.json: origins': 'is not a list.',
    'hallpass.config.json: retries': 'is unknown.',
    'hallpass.config.json: logLevel': 'is no level.',
  })
})

test('promise 10: what the library refuses is listed in the names of the configuration', () => {
  const env = { HALLPASS_ISSUER: 'http://app.example/', HALLPASS_SECRET: `${secret},changeme` }
  const found = mistakes(read(env, { lifetimes: { accessToken: 86_400 }, name: 'Not A Name' }))
  assert.deepEqual(Object.keys(found).sort(), [
    'HALLPASS_ISSUER',
    'HALLPASS_SECRET[1]',
    'hallpass.config.json: lifetimes.accessToken',
    'hallpass.config.json: name',
  ])
})

test('leases can be switched off', () => {
  const reading = read({ HALLPASS_STORE: 'memory:' }, { lease: 'off' })
  assert.ok(reading.ok)
  assert.equal(reading.config.policy.lease, 'off')
  assert.equal(reading.config.operatorKey, null)
})

test('promise 10: mistakes about leases, by the server and by the library', () => {
  const shapes = { lease: 'never', lastKnownGood: '1h', cachedSessions: [], whenTheLogForgets: 'shrug' }
  assert.deepEqual(mistakes(read({}, shapes)), {
    'hallpass.config.json: lease': 'is neither a number nor "off".',
    'hallpass.config.json: lastKnownGood': 'is not a number.',
    'hallpass.config.json: cachedSessions': 'is not a number.',
    'hallpass.config.json: whenTheLogForgets': 'is neither "end-sessions" nor "keep-sessions".',
  })
  assert.deepEqual(Object.keys(mistakes(read({}, { lease: 0.1, lastKnownGood: -1, cachedSessions: 0 }))), [
    'hallpass.config.json: lease',
    'hallpass.config.json: lastKnownGood',
    'hallpass.config.json: cachedSessions',
  ])
})

test('promise 10: SameSite=None is refused with its reason and what to do instead', () => {
  const reading = read({ HALLPASS_STORE: 'memory:' }, { sameSite: 'None' })
  assert.ok(!reading.ok)
  const [mistake] = reading.mistakes
  assert.equal(mistake?.field, 'hallpass.config.json: sameSite')
  assert.match(mistake.problem, /third-party cookies, which browsers block/)
  assert.match(mistake.remedy, /on the same site as the issuer; clients elsewhere use bearer tokens/)
  assert.deepEqual(mistakes(read({}, { sameSite: ['Lax'] })), { 'hallpass.config.json: sameSite': 'is not a string.' })
  for (const sameSite of ['Lax', 'Strict']) assert.ok(read({ HALLPASS_STORE: 'memory:' }, { sameSite }).ok)
})

test('promise 10: mistakes about cookies used before, by the server and by the library', () => {
  const listed = (...previously: readonly unknown[]): object => ({ cookies: { previously } })
  const shapes = mistakes(
    read({}, listed('sid', { name: 7 }, { name: 'sid', secure: true }, { domain: null, name: 'a' })),
  )
  assert.deepEqual(shapes, {
    'hallpass.config.json: cookies.previously[0]': 'is not an object.',
    'hallpass.config.json: cookies.previously[1].name': 'is not a string.',
    'hallpass.config.json: cookies.previously[2].secure': 'is unknown.',
    'hallpass.config.json: cookies.previously[3].domain': 'is not a string.',
  })
  assert.deepEqual(mistakes(read({}, { cookies: [] })), { 'hallpass.config.json: cookies': 'is not an object.' })
  const env = { HALLPASS_STORE: 'memory:', HALLPASS_ISSUER: 'https://app.shop.example', HALLPASS_SECRET: secret }
  const judged = listed(
    { name: 'sid', domain: '.shop.example' },
    { name: '__Host-sid', path: '/old' },
    { name: 'sid', domain: 'other.example' },
  )
  assert.deepEqual(Object.keys(mistakes(read(env, { proxies: {}, ...judged }))), [
    'hallpass.config.json: cookies.previously[0].domain',
    'hallpass.config.json: cookies.previously[1].name',
    'hallpass.config.json: cookies.previously[2].domain',
  ])
})

test('promise 10: an operator key that is short, typed, unsendable, or the root secret does not start', () => {
  const problems = {
    abc: 'has 3 characters; 32 is the least.',
    'my-operator-password-my-operator-password': 'looks like a placeholder.',
    abababababababababababababababababababab: 'repeats itself too much to be random.',
    [`${operatorKey} and a space`]: 'has characters that no bearer token has (RFC 6750).',
    [another]: 'is also a root secret.',
  }
  for (const [key, problem] of Object.entries(problems)) {
    const reading = read({ HALLPASS_SECRET: `${secret},${another}`, HALLPASS_OPERATOR_KEY: key })
    assert.deepEqual(mistakes(reading), { HALLPASS_OPERATOR_KEY: problem })
    assert.ok(key.length < 4 || !JSON.stringify(reading).includes(key))
  }
})

test('a log key is as strong as a root secret, is no other key, and has leases to hand down', () => {
  const remedied = (env: Record<string, string>, file = {}): object =>
    mistakes(read({ HALLPASS_SECRET: secret, HALLPASS_OPERATOR_KEY: operatorKey, ...env }, file))
  const problems = {
    short: 'has 5 characters; 32 is the least.',
    [`${another},short`]: 'has 5 characters; 32 is the least.',
    [`${another} ${another}`]: 'has characters that no bearer token has (RFC 6750).',
    [`${another},`]: 'has characters that no bearer token has (RFC 6750).',
    [secret]: 'is also a root secret.',
    [`${another},${operatorKey}`]: 'is also the operator key.',
  }
  for (const [keys, problem] of Object.entries(problems))
    assert.deepEqual(remedied({ HALLPASS_LOG_KEY: keys }), { HALLPASS_LOG_KEY: problem })
  assert.deepEqual(remedied({ HALLPASS_LOG_KEY: another }, { lease: 'off' }), {
    HALLPASS_LOG_KEY: 'would serve a log without leases, which no verifier can trust.',
  })
  const reading = read({ HALLPASS_SECRET: secret, HALLPASS_LOG_KEY: `${another},${operatorKey}` })
  assert.deepEqual(reading.ok && reading.config.logKeys, [another, operatorKey])
})

test('a forward-auth key is as strong as a root secret, and is no other key', () => {
  const env = { HALLPASS_SECRET: secret, HALLPASS_OPERATOR_KEY: operatorKey, HALLPASS_LOG_KEY: another }
  const problems = {
    short: 'has 5 characters; 32 is the least.',
    [`${forwardAuthKey} x`]: 'has characters that no bearer token has (RFC 6750).',
    [`${forwardAuthKey},${secret}`]: 'is also a root secret.',
    [operatorKey]: 'is also the operator key.',
    [`${forwardAuthKey},${another}`]: 'is also a log key.',
  }
  for (const [keys, problem] of Object.entries(problems))
    assert.deepEqual(mistakes(read({ ...env, HALLPASS_FORWARD_AUTH_KEY: keys })), {
      HALLPASS_FORWARD_AUTH_KEY: problem,
    })
  const reading = read({ ...env, HALLPASS_FORWARD_AUTH_KEY: forwardAuthKey })
  assert.deepEqual(reading.ok && reading.config.forwardAuthKeys, [forwardAuthKey])
  const without = read(env)
  assert.equal(without.ok && without.config.forwardAuthKeys, null)
})

test('an operator key belongs into the environment alone', () => {
  assert.deepEqual(Object.keys(mistakes(read({}, { operatorKey }))), ['hallpass.config.json: operatorKey'])
})

test('a mistake about the address of a store never shows its password', () => {
  const reading = read({ HALLPASS_STORE: 'postgres://anna:1/hunter2@db.example/auth' })
  assert.deepEqual(Object.keys(mistakes(reading)), ['HALLPASS_STORE'])
  assert.doesNotMatch(JSON.stringify(reading), /hunter2|anna/)
})

test('with the data in a server elsewhere, the secret for development is where it is by default', () => {
  const asked: (string | null)[][] = []
  const reading = readConfig(
    { HALLPASS_STORE: 'redis://cache.example' },
    { config: () => null, secret: (...paths) => (asked.push(paths), { ok: true, text: secret }) },
  )
  assert.ok(reading.ok)
  const file = join(process.cwd(), 'data/hallpass.secret')
  assert.deepEqual([asked, reading.config.secretFile], [[[null, file]], file])
  assert.deepEqual(
    Object.keys(
      mistakes(read({ HALLPASS_STORE: 'redis://h', HALLPASS_ISSUER: 'https://app.example' }, { proxies: {} })),
    ),
    ['HALLPASS_SECRET'],
  )
})

test('in production a root secret is never made up', () => {
  const found = mistakes(read({ HALLPASS_ISSUER: 'https://app.example' }, { proxies: {} }))
  assert.deepEqual(Object.keys(found), ['HALLPASS_SECRET'])
})

test('a mistake about a secret never shows the secret', () => {
  const weak = 'hunter2hunter2'
  const reading = read({ HALLPASS_SECRET: weak, PORT: 'x' })
  assert.equal(reading.ok, false)
  assert.ok(!JSON.stringify(reading).includes(weak))
})

test('hallpass.config.json that is no JSON, no object, or says something twice is a mistake', () => {
  for (const text of ['{', '[]', '"a"', '{"name":"a","name":"b"}', '']) {
    assert.match(Object.keys(mistakes(read({}, text)))[0] ?? '', /^hallpass\.config\.json/, text)
  }
})

test('a variable set to nothing counts as not set', () => {
  const reading = read({ HALLPASS_STRATEGY: '', HALLPASS_SECRET: secret, PORT: '' })
  assert.ok(reading.ok)
  assert.equal(reading.config.policy.strategy, 'session')
})

test('the secret beside the database is drawn once, for its owner alone', (t) => {
  const database = join(folder(t), 'deep', 'hallpass.db')
  const file = database.replace('.db', '.secret')
  const env = { HALLPASS_STORE: `sqlite:${database}` }
  const [one, other] = [
    readConfig(env, { ...diskFiles, config: () => null }),
    readConfig(env, { ...diskFiles, config: () => null }),
  ]
  assert.ok(one.ok && other.ok)
  assert.deepEqual(one.config.policy.secret, other.config.policy.secret)
  assert.equal(one.config.secretFile, file)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.ok(readFileSync(file, 'utf8').trim().length >= 64)
})

test('a secret file that others can read is refused with the command that mends it', (t) => {
  const database = join(folder(t), 'hallpass.db')
  const file = database.replace('.db', '.secret')
  for (const mode of [0o644, 0o640, 0o602]) {
    writeFileSync(file, secret)
    chmodSync(file, mode)
    const reading = rootSecretBeside(database, file)
    assert.equal(reading.ok, false)
    assert.match(reading.mistake.remedy, /chmod 600/)
  }
})

test('a weak secret file is refused', (t) => {
  const database = join(folder(t), 'hallpass.db')
  writeFileSync(database.replace('.db', '.secret'), 'secret', { mode: 0o600 })
  const found = mistakes(readConfig({ HALLPASS_STORE: `sqlite:${database}` }, { ...diskFiles, config: () => null }))
  assert.deepEqual(Object.keys(found), [database.replace('.db', '.secret')])
})

test('beside a database that exists no other secret is drawn', (t) => {
  const database = join(folder(t), 'hallpass.db')
  writeFileSync(database, 'data')
  const reading = rootSecretBeside(database, database.replace('.db', '.secret'))
  assert.equal(reading.ok, false)
  assert.match(reading.mistake.problem, /sealed under it/)
})

test('operators send requests from this server on localhost, elsewhere only where the configuration says so', () => {
  const relay = (env: Environment, config: object): boolean | object => {
    const reading = read(env, config)
    return reading.ok ? reading.config.relay : mistakes(reading)
  }
  const development = { HALLPASS_STORE: 'memory:' }
  const production = { ...development, HALLPASS_ISSUER: 'https://app.example', HALLPASS_SECRET: secret }
  assert.equal(relay(development, {}), true)
  assert.equal(relay(development, { relay: false }), false)
  assert.equal(relay(production, { proxies: {} }), false)
  assert.equal(relay(production, { proxies: {}, relay: true }), true)
  const lookalike = { ...production, HALLPASS_ISSUER: 'https://localhost.example' }
  assert.equal(relay(lookalike, { proxies: {} }), false)
  for (const value of ['yes', 1, null])
    assert.deepEqual(relay(development, { relay: value }), { 'hallpass.config.json: relay': 'is not true or false.' })
})
