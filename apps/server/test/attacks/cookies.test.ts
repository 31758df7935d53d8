import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HeaderLine, victimOf } from './wire.js'

test('C03 C04 cookies in one line, in two lines and in crumbs are the same; two of our name are nobody’s', async (t) => {
  const victim = await victimOf(t)
  const [name = '', value = ''] = victim.cookie.split('=')
  const status = async (...lines: readonly string[]): Promise<number> =>
    (
      await victim.send(
        'GET',
        '/auth/session',
        lines.map((line) => ['Cookie', line] as const),
      )
    ).status
  for (const lines of [
    [`a=b; ${victim.cookie}`],
    ['a=b', victim.cookie],
    [victim.cookie, 'a=b'],
    [`a=b;${victim.cookie};c=d`],
  ])
    assert.equal(await status(...lines), 200, lines.join(' | '))
  for (const lines of [
    [`${victim.cookie}; ${name}=evil`],
    [`${name}=evil; ${victim.cookie}`],
    [victim.cookie, `${name}=evil`],
    [`${name}=evil`, victim.cookie],
    [victim.cookie, victim.cookie],
    [`a=b, ${victim.cookie}`],
    [`${name}=evil, ${victim.cookie}`],
    [`${name.toUpperCase()}=${value}`],
    [`\xa0${victim.cookie}`],
  ])
    assert.equal(await status(...lines), 401, lines.join(' | '))
  assert.deepEqual(await victim.sessions(), [victim.sessionId], 'planting ends nothing in the store')
})

test('C01 C02 two cookies of our name: told apart by nobody, expired by the answer, and worth a line in the log', async (t) => {
  const victim = await victimOf(t)
  const cookie: HeaderLine = ['Cookie', `${victim.cookie}; hallpass=evil`]
  const answer = await victim.send('GET', '/auth/session', [cookie])
  assert.equal(answer.code, 'ambiguous')
  assert.match(answer.text, /set-cookie: hallpass=; Path=\/; Max-Age=0/i)
  assert.ok(victim.server.logged.some((line) => line.includes('"cookies-ambiguous"')))
  const page = await victim.send('GET', '/', [cookie, ['Sec-Fetch-Mode', 'navigate'], ['Sec-Fetch-Dest', 'document']])
  assert.deepEqual([page.status, page.headers.get('location')], [303, '/sign-in?to=%2F'])
  assert.match(page.text, /set-cookie: hallpass=; Path=\/; Max-Age=0/i)
})

test('C13 a cookie bomb is refused as one, harms nobody else, and 12 kB of cookies are no bomb', async (t) => {
  const victim = await victimOf(t)
  const bomb = (count: number): HeaderLine => [
    'Cookie',
    [...Array.from({ length: count }, (_, index) => `bomb${index}=${'x'.repeat(4000)}`), victim.cookie].join('; '),
  ]
  assert.equal((await victim.send('GET', '/auth/session', [bomb(80)])).status, 431)
  assert.equal((await victim.send('GET', '/auth/session', [bomb(3)])).status, 200)
})

test('C28 nothing about anybody is kept by a cache, and no address that looks like a file says who is calling', async (t) => {
  const victim = await victimOf(t)
  const cookie: HeaderLine = ['Cookie', victim.cookie]
  for (const path of ['/auth/session', '/auth/sessions', '/auth/csrf', '/auth/account', '/auth/resume']) {
    assert.equal((await victim.send('GET', path, [cookie])).headers.get('cache-control'), 'no-store', path)
  }
  for (const disguise of [
    '/x.css',
    '.css',
    ';.js',
    ';x=y.js',
    '%0a.css',
    '%2fx.css',
    '%3f.css',
    '%23.css',
    '%00.css',
    '/..%2fx.css',
  ]) {
    for (const path of ['/auth/session', '/auth/account']) {
      const answer = await victim.send('GET', path + disguise, [cookie])
      assert.ok([400, 404].includes(answer.status), `${path}${disguise}: ${answer.status}`)
      assert.equal(answer.headers.get('cache-control'), 'no-store', disguise)
      assert.ok(!answer.text.includes('anna') && !answer.text.includes(victim.sessionId))
    }
  }
})
