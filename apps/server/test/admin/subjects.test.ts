import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from 'hallpass/memory'
import type {
  EventsAnswer,
  SubjectAndReceiptAnswer,
  SubjectAnswer,
  SubjectsAnswer,
  SubjectSessionAnswer,
} from '#src/admin/contract.js'
import { client } from '../test-client.js'
import { until } from '../until.js'
import { at, operatorServer, told } from './operators.js'

type Server = Awaited<ReturnType<typeof operatorServer>>

async function search({ key }: Server, text: string, after: string | null = null): Promise<SubjectsAnswer> {
  const query = new URLSearchParams({ search: text, ...(after === null ? {} : { after }) })
  const answer = await key.get(`/admin/subjects?${query}`)
  assert.equal(answer.status, 200, answer.text)
  return told(answer)
}

const ids = ({ subjects }: SubjectsAnswer): readonly string[] => subjects.map(({ id }) => id)

/** A session of a subject that has no account here. */
async function guest({ app }: Server, subject: string): Promise<string> {
  const view = {
    ...{ method: 'POST', path: '/', query: '', address: '192.0.2.7', body: () => ({ text: '' }) },
    header: (name: string) => (name === 'hallpass-client' ? 'native' : null),
  }
  return (await app.auth.signIn(view, subject)).session.id
}

test('found by the beginning of an email in any case, by the beginning of an id, by a session', async (t) => {
  const server = await operatorServer(t)
  const [ada, adam] = [await server.person('ada@example.com'), await server.person('adam@example.com')]
  await server.person('ben@example.com')
  const session = await guest(server, 'ada-elsewhere')
  assert.deepEqual(ids(await search(server, 'ADA')), [ada.id, adam.id])
  assert.deepEqual(ids(await search(server, 'ada')), [ada.id, adam.id, 'ada-elsewhere'])
  assert.deepEqual(ids(await search(server, 'Ada@Example.COM')), [ada.id])
  assert.deepEqual(ids(await search(server, 'ada-')), ['ada-elsewhere'])
  assert.deepEqual(ids(await search(server, session)), ['ada-elsewhere'])
  assert.deepEqual(ids(await search(server, adam.id)), [adam.id])
  assert.deepEqual(ids(await search(server, adam.id.slice(0, 8))), [adam.id])
  assert.deepEqual(await search(server, 'nobody'), { subjects: [], next: null })
  assert.equal((await search(server, '')).subjects.length, 4)
})

test('an account without any session is found by its whole id, once', async (t) => {
  const server = await operatorServer(t)
  const ada = await server.person('ada@example.com')
  await server.app.auth.sessions.revokeAll(ada.id)
  const { subjects } = await search(server, ada.id)
  assert.deepEqual([subjects.length, subjects[0]?.sessions, subjects[0]?.lastSeenAt], [1, 0, null])
})

test('page by page everybody comes once, accounts before those who only have sessions', async (t) => {
  const server = await operatorServer(t)
  const accounts = Array.from({ length: 60 }, (_, index) => `a${String(index).padStart(2, '0')}@example.com`)
  for (const email of accounts) await server.app.accounts.signUp(email, 'violet tram under seven')
  const guests = Array.from({ length: 40 }, (_, index) => `a-guest-${String(index).padStart(2, '0')}`)
  for (const one of guests) await guest(server, one)
  // half of the accounts are signed in as well, and must not come a second time
  for (const email of accounts.slice(0, 30)) await guest(server, (await server.store.accounts.findByEmail(email))!.id)
  for (const text of ['a', '']) {
    const seen: string[] = []
    let after: string | null = null
    do {
      const page: SubjectsAnswer = await search(server, text, after)
      assert.ok(page.subjects.length <= 25)
      seen.push(...page.subjects.map(({ id, account }) => account?.email ?? id))
      after = page.next
    } while (after !== null)
    assert.deepEqual(seen, [...accounts, ...guests], text)
  }
})

test('what a search cannot be is told by name, and is no trouble', async (t) => {
  const { key } = await operatorServer(t)
  const wrong: readonly (readonly [query: string, field: string])[] = [
    ['search=a&search=b', 'search'],
    [`search=${'a'.repeat(257)}`, 'search'],
    ['search=%00', 'search'],
    ['after=x', 'after'],
    [`after=${Buffer.from('["emails"]').toString('base64url')}`, 'after'],
    [`after=${Buffer.from('["ids",1]').toString('base64url')}`, 'after'],
    [`after=${'a'.repeat(3000)}`, 'after'],
    ['find=a', 'find'],
    ['__proto__=a', '__proto__'],
  ]
  for (const [query, field] of wrong) {
    const answer = await key.get(`/admin/subjects?${query}`)
    assert.deepEqual([answer.status, answer.json.code, answer.json.errors?.[0]?.field], [400, 'bad-request', field])
    assert.notEqual(answer.json.errors?.[0]?.remedy, '')
  }
})

test('a subject with everything there is to know, and never a secret', async (t) => {
  const server = await operatorServer(t)
  const ada = await server.person('ada@example.com')
  const answer = await server.key.get(at(ada.id))
  const { subject, sessions } = told<SubjectAnswer>(answer)
  const { createdAt, ...account } = subject.account!
  assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000)
  assert.deepEqual(account, { email: 'ada@example.com', disabledAt: null, roles: [] })
  assert.deepEqual([subject.id, subject.sessions, sessions.length], [ada.id, 1, 1])
  assert.equal(subject.lastSeenAt, sessions[0]?.lastSeenAt)
  assert.deepEqual([sessions[0]?.device.name, sessions[0]?.current], ['Chrome on Linux', false])
  const { passwordHash } = (await server.store.accounts.find(ada.id))!
  for (const secret of [passwordHash, ...ada.cookies.values()]) assert.ok(!answer.text.includes(secret))
})

test('a subject may be called anything: percent-encoded, or as base64url where no path may hold it', async (t) => {
  const server = await operatorServer(t)
  const tilde = (id: string): string => `/admin/subjects/~${Buffer.from(id).toString('base64url')}`
  for (const id of [
    'auth0|12',
    'ada@idp.example',
    'für + 100',
    '50%',
    'https://idp.example/u/1',
    '..',
    '~ada',
    'a;b',
    '%41',
    '😀',
  ]) {
    await guest(server, id)
    const { subject, sessions } = told<SubjectAnswer>(await server.key.get(tilde(id)))
    assert.deepEqual([subject.id, subject.account, sessions.length], [id, null, 1])
    if (/^[\w@|+ ü]+$/.test(id)) assert.equal(told<SubjectAnswer>(await server.key.get(at(id))).subject.id, id)
    const end = await server.key.post(`${tilde(id)}/end`)
    assert.equal(end.status, 200, `${id} ${end.text}`)
    const ended = told<SubjectAndReceiptAnswer>(end)
    assert.deepEqual([ended.subject, ended.receipt.target], [{ ...subject, sessions: 0, lastSeenAt: null }, id])
  }
  for (const odd of ['~', '~a', '~YQ==', '~!!'])
    assert.equal((await server.key.get(`/admin/subjects/${odd}`)).status, 400, odd)
  assert.equal((await server.key.get(tilde('a\0'))).status, 400)
})

test('sessions are ended one by one, all of one subject, and all there are', async (t) => {
  const server = await operatorServer(t)
  const [ada, ben] = [await server.person('ada@example.com'), await server.person('ben@example.com')]
  const other = await guest(server, ada.id)
  const shown = told<SubjectSessionAnswer>(await server.key.get(`/admin/sessions/${other}`))
  assert.deepEqual([shown.session.id, shown.subject.id, shown.subject.sessions], [other, ada.id, 2])
  const one = await server.key.post(`/admin/sessions/${other}/revoke`)
  assert.deepEqual([one.json.receipt.ended, one.json.receipt.target], ['session', other])
  assert.equal((await server.key.get(`/admin/sessions/${other}`)).json.code, 'no-such-session')
  assert.equal((await ada.get('/auth/session')).status, 200)

  const all = told<SubjectAndReceiptAnswer>(await server.key.post(at(ada.id, '/end')))
  assert.deepEqual([all.receipt.ended, all.subject.sessions, all.sessions], ['subject', 0, []])
  assert.equal((await ada.get('/auth/session')).status, 401)
  assert.equal((await ben.get('/auth/session')).status, 200)

  for (const json of [{}, { confirm: 'yes' }, { confirm: 'everything', and: 1 }, [], 'everything'])
    assert.equal((await server.key.post('/admin/revoke-everything', json)).status, 400)
  assert.equal((await ben.get('/auth/session')).status, 200)
  const everything = await server.key.post('/admin/revoke-everything', { confirm: 'everything' })
  assert.equal(everything.json.receipt.ended, 'everything')
  assert.equal((await ben.get('/auth/session')).status, 401)
})

test('who ended which session of whom is kept', async (t) => {
  const server = await operatorServer(t)
  const session = await guest(server, 'ada-elsewhere')
  await server.key.post(`/admin/sessions/${session}/revoke`)
  const acts = async () => {
    const { events } = told<EventsAnswer>(await server.key.get('/admin/events?type=operator-acted'))
    return events.map((event) => [event.subject, event.session, event.details['by']])
  }
  await until(async () => (await acts()).length > 0)
  assert.deepEqual(await acts(), [['ada-elsewhere', session, 'key']])
})

test('of very many sessions of one subject a hundred are shown, and all are counted', async (t) => {
  const server = await operatorServer(t)
  for (let index = 0; index < 101; index += 1) await guest(server, 'busy')
  const { subject, sessions } = told<SubjectAnswer>(await server.key.get(at('busy')))
  assert.deepEqual([subject.sessions, sessions.length], [101, 100])
})

test('a subject whose last session has just gone is not found, though the store may still name it', async (t) => {
  const store = memory()
  const subjects = async (): Promise<readonly string[]> => ['just-gone']
  const server = await operatorServer(t, { store: { ...store, sessions: { ...store.sessions, subjects } } })
  assert.deepEqual(await search(server, 'just'), { subjects: [], next: null })
  await guest(server, 'just-gone')
  assert.deepEqual(ids(await search(server, 'just')), ['just-gone'])
})

test('a disabled account is signed out and stays out until it is enabled', async (t) => {
  const server = await operatorServer(t)
  const ada = await server.person('ada@example.com')
  const disabled = told<SubjectAndReceiptAnswer>(await server.key.post(at(ada.id, '/disable')))
  assert.deepEqual([disabled.receipt.ended, disabled.subject.sessions], ['subject', 0])
  assert.ok(disabled.subject.account?.disabledAt !== null)
  assert.equal((await ada.get('/auth/session')).status, 401)
  const signIn = () => ada.post('/auth/sign-in', { email: ada.email, password: 'violet tram under seven' })
  assert.equal((await signIn()).json.code, 'account-disabled')
  assert.equal(told<SubjectAnswer>(await server.key.post(at(ada.id, '/enable'))).subject.account?.disabledAt, null)
  assert.equal((await signIn()).status, 200)
})

test('roles are put in the place of others; what is none is refused by name and changes nothing', async (t) => {
  const server = await operatorServer(t)
  const ada = await server.person('ada@example.com')
  const put = (json: unknown) => server.key.request('PUT', at(ada.id, '/roles'), { json })
  const given = told<SubjectAnswer>(await put({ roles: ['operator', 'billing:read'] }))
  assert.deepEqual(given.subject.account?.roles, ['operator', 'billing:read'])
  const wrong: readonly unknown[] = [
    ...[{}, { roles: 'operator' }, { roles: [''] }, { roles: ['A'] }, { roles: ['a b'] }, { roles: [1] }, []],
    ...[{ roles: ['a', 'a'] }, { roles: ['a'.repeat(65)] }, { roles: ['a'], more: 1 }],
    { roles: Array.from({ length: 33 }, (_, index) => `r${index}`) },
    { roles: Array.from({ length: 32 }, (_, index) => `${index}`.padStart(20, 'r')) },
  ]
  for (const json of wrong) {
    const answer = await put(json)
    assert.deepEqual([answer.status, answer.json.code], [400, 'bad-request'], JSON.stringify(json))
  }
  assert.deepEqual((await server.store.accounts.find(ada.id))?.roles, ['operator', 'billing:read'])
  const most = ['a'.repeat(64), 'b'.repeat(64), 'c'.repeat(54)]
  assert.equal(JSON.stringify(most).length, 192)
  assert.equal((await put({ roles: [...most.slice(0, 2), 'c'.repeat(55)] })).status, 400)
  assert.equal((await put({ roles: most })).status, 200)
  assert.deepEqual(told<SubjectAnswer>(await put({ roles: [] })).subject.account?.roles, [])
})

test('operators who are signed in cannot lock themselves out, others and the key can', async (t) => {
  const server = await operatorServer(t)
  const [ada, ben] = [await server.operator('ada@example.com'), await server.operator('ben@example.com')]
  const own = [
    await ada.change('PUT', at(ada.id, '/roles'), { roles: ['billing'] }),
    await ada.change('POST', at(ada.id, '/disable')),
  ]
  for (const answer of own) assert.deepEqual([answer.status, answer.json.code], [409, 'own-operator-role'])
  const { roles, disabledAt } = (await server.store.accounts.find(ada.id))!
  assert.deepEqual([roles, disabledAt], [['operator'], null])
  assert.equal((await ada.change('PUT', at(ada.id, '/roles'), { roles: ['operator', 'billing'] })).status, 200)
  assert.equal((await ben.change('PUT', at(ada.id, '/roles'), { roles: [] })).status, 200)
  assert.equal((await server.key.request('PUT', at(ben.id, '/roles'), { json: { roles: [] } })).status, 200)
})

test('what does not exist is not found; nobody but operators asks or changes anything', async (t) => {
  const server = await operatorServer(t)
  const ada = await server.person('ada@example.com')
  const session = 'aa' + 'b'.repeat(21) + 'A'
  const missing = [
    ['GET', at('u_nobody')],
    ['PUT', at('u_nobody', '/roles')],
    ['POST', at('u_nobody', '/disable')],
    ['POST', at('u_nobody', '/enable')],
    ['GET', `/admin/sessions/${session}`],
    ['GET', '/admin/sessions/nothing'],
    ['POST', '/admin/sessions/nothing/revoke'],
    ['POST', at('u_nobody', '/dance')],
    ['GET', '/admin/nothing'],
  ] as const
  for (const [method, path] of missing) {
    const answer = await server.key.request(method, path, method === 'GET' ? {} : { json: { roles: [] } })
    assert.equal(answer.status, 404, `${method} ${path}`)
  }
  const routes = [
    ['GET', '/admin/subjects'],
    ['GET', at(ada.id)],
    ['PUT', at(ada.id, '/roles')],
    ...['/end', '/disable', '/enable'].map((rest) => ['POST', at(ada.id, rest)] as const),
    ['GET', `/admin/sessions/${session}`],
    ['POST', `/admin/sessions/${session}/revoke`],
    ['POST', '/admin/revoke-everything'],
    ...['operator', 'members', 'events', 'charts', 'health', 'policy', 'keys', 'clients'].map(
      (name) => ['GET', `/admin/${name}`] as const,
    ),
  ] as const
  for (const [method, path] of routes) {
    const sending = method === 'GET' ? {} : { json: { roles: ['operator'], confirm: 'everything' } }
    const stranger = await client(server.origin, {}).request(method, path, sending)
    assert.deepEqual([stranger.status, stranger.json.code], [401, 'operator-key-required'], path)
    const somebody = await ada.request(method, path, sending)
    assert.deepEqual([somebody.status, somebody.json.code], [403, 'operator-required'], path)
  }
  assert.equal((await ada.get('/auth/session')).status, 200)
  assert.deepEqual((await server.store.accounts.find(ada.id))?.roles, [])
})
