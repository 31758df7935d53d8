import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Advice, advise, conversation, measured, type PartialAnswers, type Team, teams } from 'hallpass/inspect'
import { readConfig } from '#src/config.js'
import { record } from '../record.js'
import { folder, serving, start } from '../server-process.js'
import { startPostgres, startRedis } from '../stores/real-servers.js'
import { browser, client, nativeApp, type TestClient } from '../test-client.js'
import { freePort } from '../test-server.js'
import { adviceFor, asFiles, compileAll, environmentFor, misspelt } from './advised.js'

const compiled = compileAll()
after(compiled.remove)

const person = { email: 'anna@example.com', password: 'violet tram under seven' }

test('the code that is advised type-checks, and code with one word wrong does not', () => {
  const complaints = compiled.said.split('\n').filter((line) => line.includes('error'))
  assert.equal(complaints.length, 1, compiled.said)
  assert.match(complaints[0] ?? '', /broken\/auth\.ts.*"cookies"/)
})

for (const team of teams) {
  test(`${team.name}: the advised configuration starts and holds, and so does the code`, async (t) => {
    const advice = adviceFor(team)
    const store = await storeFor(t, advice)
    const port = await freePort()
    const place = { issuer: `http://localhost:${port}`, store }
    const env = { ...environmentFor(advice, place), PORT: String(port) }
    const cwd = folder(t)
    const backend = await orders(t)
    const file = advice.configuration.file
      .replace('127.0.0.1:3001', `127.0.0.1:${backend.port}`)
      .replace('https://admin.app.example', 'http://localhost:7199')
    writeFileSync(join(cwd, 'hallpass.config.json'), file)
    const server = start(t, cwd, env)
    await serving(server)
    await roundTrip(place.issuer, advice)
    await beyond(team, { origin: place.issuer, env, answerAs: backend.answerAs })
    server.child.kill('SIGTERM')
    await server.exited

    await application(t, team, port, { ...env, AUTH_ISSUER: place.issuer })
    await roundTrip(place.issuer, advice)
  })

  test(`${team.name}: the same configuration with any one name misspelt is refused`, () => {
    const advice = adviceFor(team)
    const whole = environmentFor(advice, { issuer: 'https://app.example', store: placeOf(advice) })
    const { file } = advice.configuration
    const reading = readConfig(whole, asFiles(file))
    assert.ok(reading.ok, JSON.stringify(reading))
    const broken = misspelt(file, whole)
    assert.ok(broken.length >= 8)
    for (const one of broken) assert.equal(readConfig(one.env, asFiles(one.file)).ok, false, one.line)
  })
}

test('a server that is handed a line that is wrong says so, and does not start', async (t) => {
  const [shop] = teams
  const advice = adviceFor(shop!)
  const cwd = folder(t)
  writeFileSync(
    join(cwd, 'hallpass.config.json'),
    advice.configuration.file.replace('"idle": 86400', '"idle": "a day"'),
  )
  const place = { issuer: 'http://localhost:7100', store: 'postgres://nobody@127.0.0.1:1/none' }
  const server = start(t, cwd, environmentFor(advice, place))
  assert.equal(await server.exited, 78, server.stdout)
  assert.match(server.stderr, /hallpass\.config\.json: lifetimes\.idle/)
})

test('whatever is answered, at most seven questions lead to a configuration that the server accepts', () => {
  let advices = 0
  const follow = (answers: PartialAnswers): void => {
    const { turns, next } = conversation(answers)
    if (next !== null) {
      assert.ok(turns.length < 7)
      for (const { value } of next.options) follow({ ...answers, [next.key]: value })
      return
    }
    const advice = advise(answers, measured)!
    const env = environmentFor(advice, { issuer: 'https://app.example', store: placeOf(advice) })
    const reading = readConfig(env, asFiles(advice.configuration.file))
    assert.ok(reading.ok, JSON.stringify([answers, reading]))
    advices += 1
  }
  follow({})
  assert.ok(advices > 200, `${advices}`)
})

/** Where the store is advised to be, with something for what stands in angle brackets. */
function placeOf({ configuration }: Advice): string {
  return (/HALLPASS_STORE=(.*)/.exec(configuration.environment)?.[1] ?? '').replaceAll(/<(\w+)>/g, '$1')
}

/** Sign in, refresh where there is what to refresh, who am I, sign out, and refused with what one had. */
async function roundTrip(origin: string, { strategy }: Advice): Promise<void> {
  const visitor = strategy === 'session' ? browser(origin) : nativeApp(origin)
  const known = await visitor.post('/auth/sign-up', person)
  // the library has no accounts: there, who signs in is known already
  assert.ok(known.status === 200 || known.status === 404, known.text)
  visitor.cookies.clear()
  visitor.tokens = null
  const signedIn = await visitor.post('/auth/sign-in', person)
  assert.equal(signedIn.status, 200, signedIn.text)
  if (strategy === 'hybrid') await refreshed(visitor)
  const seen = await visitor.get('/auth/session')
  assert.equal(seen.status, 200, seen.text)
  const copy = { cookies: new Map(visitor.cookies), tokens: visitor.tokens }
  const signedOut = await visitor.post('/auth/sign-out')
  assert.ok(signedOut.status === 200 || signedOut.status === 204, signedOut.text)
  Object.assign(visitor, copy)
  assert.equal((await visitor.get('/auth/session')).status, 401)
}

async function refreshed(app: TestClient): Promise<void> {
  const before = app.tokens
  const answer = await app.post('/auth/refresh', { refreshToken: before?.['refreshToken'] })
  assert.equal(answer.status, 200, answer.text)
  assert.notEqual(app.tokens?.['refreshToken'], before?.['refreshToken'])
}

interface Running {
  readonly origin: string
  readonly env: { readonly [name: string]: string }
  readonly answerAs: (callerOf: CallerOf) => void
}

type CallerOf = (authorization: string | undefined) => Promise<{ readonly sub: string } | null>

/** What the team has besides the server. */
async function beyond(team: Team, running: Running): Promise<void> {
  if (team.id === 'gateway') await throughGateway(team, running)
  if (team.id === 'microservices') await betweenServices(team, running)
  if (team.id === 'edge') await atTheEdge(team, running)
}

/** A cookie comes in, and the backend is handed a token that it can check. */
async function throughGateway(team: Team, { origin, answerAs, env }: Running): Promise<void> {
  const { callerOf, verifier } = await advisedModule<Verifying>(team, 'orders.js', env)
  answerAs(callerOf)
  const visitor = browser(origin)
  assert.equal((await visitor.get('/orders')).status, 401)
  await visitor.post('/auth/sign-in', person)
  const { subject } = (await visitor.get('/auth/session')).json.session
  const answer = await visitor.get('/orders')
  assert.deepEqual([answer.status, answer.text], [200, JSON.stringify({ of: subject })])
  await visitor.post('/auth/sign-out')
  await verifier.close()
}

/** A service fetches a token in its own name, and another checks it; a person's token is not for it. */
async function betweenServices(team: Team, { origin, env }: Running): Promise<void> {
  const operator = client(origin, { authorization: `Bearer ${env['HALLPASS_OPERATOR_KEY']}` })
  const grant = { name: 'Invoices', grants: ['client_credentials'], audiences: ['https://orders.example'], scopes: [] }
  const made = await operator.post('/admin/clients', grant)
  assert.equal(made.status, 201, made.text)
  const { client: record, secret } = JSON.parse(made.text) as { client: { id: string }; secret: string }
  const known = { ...env, CLIENT_ID: record.id, CLIENT_SECRET: secret }
  const { serviceToken } = await advisedModule<{ serviceToken: (audience: string) => Promise<string> }>(
    team,
    'service-token.js',
    known,
  )
  const { callerOf, verifier } = await advisedModule<Verifying>(team, 'orders.js', known)
  const token = await serviceToken('https://orders.example')
  assert.equal((await callerOf(`Bearer ${token}`))?.sub, record.id)
  assert.equal(await callerOf(`Bearer ${token.slice(0, -4)}AAAA`), null)
  const app = nativeApp(origin)
  await app.post('/auth/sign-in', person)
  assert.equal(await callerOf(`Bearer ${String(app.tokens?.['accessToken'])}`), null)
  await app.post('/auth/sign-out')
  await verifier.close()
}

/** Strangers do not reach the origin; whoever is signed in does. */
async function atTheEdge(team: Team, { origin, env }: Running): Promise<void> {
  type Edge = { default: { fetch(request: Request, env: object): Promise<Response> } }
  const { default: edge } = await advisedModule<Edge>(team, 'edge.js', env)
  const ask = async (headers: { readonly [name: string]: string }): Promise<number> =>
    (await edge.fetch(new Request(`${origin}/auth/session`, { headers }), env)).status
  const app = nativeApp(origin)
  await app.post('/auth/sign-in', person)
  const headers = { authorization: `Bearer ${String(app.tokens?.['accessToken'])}` }
  assert.equal(await ask(headers), 200)
  assert.equal(await ask({}), 401)
  await app.post('/auth/sign-out')
  assert.equal(await ask(headers), 401, 'the origin knows at once')
}

interface Verifying {
  readonly callerOf: CallerOf
  readonly verifier: { close(): Promise<void> }
}

/** The compiled file, which reads its environment as it is loaded. */
async function advisedModule<Module>(team: Team, name: string, env: Running['env']): Promise<Module> {
  Object.assign(process.env, env)
  return (await import(pathToFileURL(join(compiled.folder, team.id, name)).href)) as Module
}

/** The library on the same store, with the same secret and settings. */
async function application(t: TestContext, team: Team, port: number, env: Running['env']): Promise<void> {
  const program = fileURLToPath(new URL('./advised-app.js', import.meta.url))
  const file = join(compiled.folder, team.id, 'auth.js')
  const { HALLPASS_STORE: store = '', HALLPASS_SECRET: secret = '' } = env
  const child: ChildProcess = spawn(process.execPath, [program, file, String(port)], {
    cwd: folder(t),
    env: { PATH: process.env['PATH'], ...env, AUTH_SECRET: secret, DATABASE_URL: store, REDIS_URL: store },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    await exited
  })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await Promise.race([once(child.stdout!, 'data'), exited.then(() => assert.fail(said))])
  t.after(() => record({ logged: said }))
}

async function storeFor(t: TestContext, { store }: Advice): Promise<string> {
  if (store === 'sqlite') return ''
  return (store === 'redis' ? await startRedis(t) : await startPostgres(t)).address
}

/** A backend that says who comes to it, once it has been told how to know. */
async function orders(t: TestContext) {
  let callerOf: CallerOf = async () => null
  const server = createServer((req, res) => {
    void callerOf(req.headers.authorization).then((caller) => {
      res.writeHead(caller === null ? 401 : 200, { 'content-type': 'application/json' })
      res.end(JSON.stringify({ of: caller?.sub }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return {
    port: (server.address() as AddressInfo).port,
    answerAs: (how: CallerOf): void => void (callerOf = how),
  }
}
