import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { CommandError, type Host } from '#src/command.js'
import { operatorApi } from '#src/operator/api.js'
import { temporaryFolder } from './hallpass.js'
import { operatorKey, placeOf } from './operator.js'

const slow = { timeout: 120_000 }

async function listening(t: TestContext, answer: RequestListener): Promise<number> {
  const server = createServer(answer)
  server.listen(0, 'localhost')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** The command, told that its server is there. */
function asking(t: TestContext, HALLPASS_SERVER: string, ...args: readonly string[]) {
  return placeOf(temporaryFolder(t), { HALLPASS_SERVER, HALLPASS_OPERATOR_KEY: operatorKey }).run(...args)
}

test('the operator key goes nowhere unencrypted, and with no redirect', slow, async (t) => {
  for (const address of [
    'http://hallpass.invalid',
    'http://192.0.2.1',
    'http://localhost.evil.invalid',
    'http://0.0.0.0',
  ]) {
    const { status, stdout, stderr } = await asking(t, address, 'subjects', 'search')
    assert.deepEqual([status, stdout], [64, ''], address)
    assert.match(stderr, /the operator key would go to \S+ unencrypted: name it by https:/)
    assert.ok(!stderr.includes(operatorKey))
  }
  const carried: unknown[] = []
  const elsewhere = await listening(t, ({ headers }, response) => {
    carried.push(headers.authorization)
    response.end('{}')
  })
  for (const status of [301, 302, 303, 307, 308]) {
    const port = await listening(t, (_, response) => {
      response.writeHead(status, { location: `http://localhost:${elsewhere}/admin/subjects`, refresh: '0' }).end('{}')
    })
    assert.equal((await asking(t, `http://localhost:${port}`, 'subjects', 'search')).status, 69)
  }
  assert.deepEqual(carried, [])
})

test('an answer that never comes, never ends or is too long is given up', slow, async (t) => {
  let sent = 0
  const port = await listening(t, ({ url }, response) => {
    if (url === '/never') return
    response.write('{"subjects":[')
    if (url === '/trickle') return
    const chunk = Buffer.alloc(1_048_576, 32)
    const more = (): void => {
      sent += chunk.length
      if (!response.destroyed && sent < 500 * chunk.length) response.write(chunk, more)
    }
    more()
  })
  const host = {
    env: { HALLPASS_SERVER: `http://localhost:${port}`, HALLPASS_OPERATOR_KEY: operatorKey },
  } as unknown as Host
  const api = await operatorApi({ options: {} }, host, 500)
  for (const path of ['/never', '/trickle'])
    await assert.rejects(api.ask('GET', path), (error) => error instanceof CommandError && error.exitCode === 69, path)
  const patient = await operatorApi({ options: {} }, host)
  await assert.rejects(patient.ask('GET', '/long'), /is no Hallpass server/)
  assert.ok(sent < 100 * 1_048_576, `${sent} bytes were taken`)
})

const escape = '\u001b]0;owned\u0007\u009b2J\u202e\n'

test('what a server answers cannot steer the terminal, whatever it is', slow, async (t) => {
  const now = new Date().toISOString()
  const subject = {
    id: escape,
    account: { email: escape, createdAt: now, disabledAt: null, roles: [escape] },
    sessions: 1,
    lastSeenAt: now,
  }
  const device = { name: escape, userAgent: escape, network: escape }
  const times = { createdAt: now, authenticatedAt: now, lastSeenAt: now, expiresAt: now }
  const session = { id: escape, subject: escape, device, amr: [escape], current: false, ...times }
  const client = {
    ...{ id: escape, name: escape, grants: [escape], audiences: [escape], scopes: [escape] },
    ...{ keys: [{ kid: escape }], secrets: [{ id: escape }], createdAt: 0, disabledAt: null },
  }
  const key = { kid: escape, alg: escape, state: escape, since: 0, until: null }
  const answers: { readonly [path: string]: object } = {
    '/admin/subjects': { subjects: [subject], next: escape },
    '/admin/subjects/a': { subject, sessions: [session] },
    '/admin/sessions/a': { subject, session },
    '/admin/clients': { clients: [client] },
    '/admin/clients/a': { client },
    '/admin/clients/a/secrets': { client, secret: escape },
    '/admin/keys': { keys: [key], rotatesAt: 0 },
  }
  let isRefusing = false
  const port = await listening(t, ({ url = '' }, response) => {
    const refusal = {
      title: escape,
      detail: escape,
      code: escape,
      errors: [{ field: escape, problem: escape, remedy: escape }],
    }
    response.writeHead(isRefusing ? 400 : 200).end(JSON.stringify(isRefusing ? refusal : answers[url.split('?')[0]!]))
  })
  const commands = [
    ['subjects', 'search', 'a'],
    ['subjects', 'show', 'a'],
    ['sessions', 'list', 'a'],
    ['sessions', 'get', 'a'],
    ['clients', 'list'],
    ['clients', 'show', 'a'],
    ['clients', 'add-secret', 'a'],
    ['keys', 'list'],
  ]
  for (isRefusing of [false, true]) {
    for (const command of commands) {
      const { status, stdout, stderr } = await asking(t, `http://localhost:${port}`, ...command)
      assert.equal(status, isRefusing ? 65 : 0, `${command.join(' ')}: ${stderr}`)
      assert.match(stdout + stderr, /\\u\{1b\}/)
      // oxlint-disable-next-line no-control-regex -- these are what it is about
      assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/, command.join(' '))
    }
  }
})

test('JSON of somebody else is no answer of ours, and says so without a stack', slow, async (t) => {
  for (const body of ['[]', '{}', 'null', '"x"', '{"code":"x","errors":5}', '['.repeat(100_000)]) {
    for (const status of [200, 400, 500]) {
      const port = await listening(t, (_, response) => void response.writeHead(status).end(body))
      const ran = await asking(t, `http://localhost:${port}`, 'subjects', 'search')
      assert.ok(ran.status !== 0 && ran.status !== null, `${status} ${body}`)
      assert.match(ran.stderr, /^hallpass: [^\n]+\n$/, `${status} ${body}`)
    }
  }
})
