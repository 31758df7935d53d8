import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { searchSecrets, verdict } from './secrets.js'

const id = '0fAAAAAAAAAAAAAAAAAAAAAA'
const secretPart = 'k3Jv0aQm5_Zt8-Wc1Xs7Bd9Ne2Rf4Tg6Yh0Uj3Ik5Ao'
const sessionToken = `hp_s.${id}.${secretPart}`
const refreshToken = `hp_r.${id}.1.${secretPart.split('').reverse().join('')}`
const accessToken = `eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1XzEifQ.${'Qw9Er8Ty7Ui6Op5As4Df3Gh2'.repeat(3)}`
const serviceToken = `eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJjXzEifQ.${'Zx1Cv2Bn3Mq4We5Rt6Yu7Io8'.repeat(3)}`
const clientSecret = 'hp_c.Pl0Ok9Ij8Uh7Yg6Tf5Rd4Es3Wa2Qz1Xc0Vb9Nm8Lk7J'
const csrfToken = 'AAAAAAAAAAAAAAAAAAAAAA.Mn4Bv5Cx6Zl7Kj8Hg9Fd0Sa1Po2Iu3Yt4Re5Wq6Lk7J'
const password = 'violet "tram" under süven'
const root = 'b64/Root+Secret0123456789b64/Root+Secret='
const sessionAnswer = {
  path: '/auth/sign-up',
  status: 200,
  headers: [['Set-Cookie', `__Host-Http-hallpass=${sessionToken}; Path=/; HttpOnly`]],
  body: JSON.stringify({ session: { id }, tokens: { accessToken, refreshToken, tokenType: 'Bearer' } }),
}

/** A run in which everything was issued and nothing leaked. */
const clean = [
  { root },
  { asked: JSON.stringify({ email: 'anna@example.com', password }) },
  { answered: sessionAnswer },
  { answered: { path: '/auth/csrf', status: 200, headers: [], body: JSON.stringify({ token: csrfToken }) } },
  {
    answered: { path: '/oauth/token', status: 200, headers: [], body: JSON.stringify({ access_token: serviceToken }) },
  },
  { answered: { path: '/admin/clients', status: 201, headers: [], body: JSON.stringify({ secret: clientSecret }) } },
  { address: 'http://localhost:7100/sign-in' },
  { logged: '{"msg":"request"}\n' },
  { stored: [[{ id, secretHash: 'nothing of theirs' }]] },
]

function searched(t, seen, file) {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-secrets-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const lines = seen.map((one) => JSON.stringify({ test: 'a.test.js', ...one }))
  writeFileSync(join(folder, '1.jsonl'), `${lines.join('\n')}\n`)
  if (file !== undefined) writeFileSync(join(folder, 'copy.db'), file)
  return searchSecrets(folder)
}

const answer = (more) => ({ answered: { path: '/auth/session', status: 200, headers: [], body: '{}', ...more } })

test('the answer that hands a client its own is no find, and all of it counts as issued', (t) => {
  const result = searched(t, clean)
  assert.deepEqual(result.finds, [])
  assert.equal(result.issued, 8)
  assert.deepEqual(verdict(result), {
    ok: true,
    line: 'secrets: 8 issued, searched 0.0 MB of logs, 4 answers, 1 addresses and 1 databases: 0 found',
  })
})

test('what an operator had relayed is theirs to see, and nothing else of that answer', (t) => {
  const relayed = (more) => ({ outcome: 'answered', response: { status: 200, headers: [], body: '', ...more } })
  const answered = (body) => answer({ path: '/admin/relay', body: JSON.stringify(body) })
  const own = answered(relayed({ headers: [['Set-Cookie', `hallpass=${sessionToken}; Path=/`]], body: sessionToken }))
  assert.deepEqual(searched(t, [...clean, own]).finds, [])
  for (const leak of [relayed({ statusText: sessionToken }), { outcome: 'failed', problem: sessionToken }]) {
    assert.equal(searched(t, [...clean, answered(leak)]).finds.length, 1)
  }
})

const leaks = {
  'a client secret in a log': { logged: `client hp_c.${clientSecret.slice(5, 40)}` },
  'a client secret in a later answer': answer({
    path: '/admin/clients/c_1',
    body: JSON.stringify({ secret: clientSecret }),
  }),
  'a service token in a log': { logged: serviceToken },
  'a token in a log': { logged: `{"cookie":"hallpass=${sessionToken}"}\n` },
  'the secret part of a token, in a log': { logged: `got%20${secretPart}` },
  'a token cut short, in a log': { logged: `/auth/x/${sessionToken.slice(0, 60)}` },
  'a token in the body of an answer': answer({ body: JSON.stringify({ debug: accessToken }) }),
  'a token in a header of an answer': answer({ headers: [['X-Token', refreshToken]] }),
  'a token in a redirect': answer({ status: 303, headers: [['Location', `/?t=${refreshToken}`]], body: '' }),
  'a token in a cookie that is not ours': answer({ headers: [['Set-Cookie', `copy=${sessionToken}; Path=/`]] }),
  'a token behind our cookie': answer({ headers: [['Set-Cookie', `hallpass=; Path=/${sessionToken}`]] }),
  'a token beside the member for it': answer({
    body: JSON.stringify({ tokens: { accessToken, hint: accessToken } }),
  }),
  'tokens in a refusal': answer({ status: 401, body: JSON.stringify({ tokens: { accessToken } }) }),
  'the CSRF token where nobody asked for it': answer({ body: JSON.stringify({ token: csrfToken }) }),
  'a token in an address': { address: `http://localhost:7100/?token=${accessToken}` },
  'a token in the store': { stored: [[{ id, data: sessionToken }]] },
  'a password in an answer': answer({ body: JSON.stringify({ detail: password }) }),
  'a password in an address': { address: `http://localhost:7100/?${new URLSearchParams({ password })}` },
  'a password in the store': { stored: [[{ passwordHash: password }]] },
  'the root secret in a log': { logged: `started with ${root}` },
}

for (const [leak, seen] of Object.entries(leaks)) {
  test(`caught: ${leak}`, (t) => {
    const { finds } = searched(t, [...clean, seen])
    assert.equal(finds.length, 1)
    assert.match(finds[0], /^a\.test\.js: .* holds a /)
    for (const secret of [secretPart, accessToken, refreshToken, csrfToken, password, root])
      assert.ok(!finds[0].includes(secret))
  })
}

for (const secret of [sessionToken, password, root]) {
  test(`caught: in the bytes of a database: ${secret.slice(0, 6)}…`, (t) => {
    const file = Buffer.concat([Buffer.from([0, 255, 128]), Buffer.from(secret), Buffer.from([0, 13])])
    assert.match(searched(t, [...clean, { database: 'copy.db' }], file).finds.join(), /the database holds a/)
  })
}

test('caught: a run that recorded nothing of some kind', (t) => {
  for (const missing of ['logged', 'address', 'stored', 'answered']) {
    const rest = clean.filter((seen) => !(missing in seen))
    const { ok } = verdict(searched(t, rest))
    assert.equal(ok, false, missing)
  }
})
