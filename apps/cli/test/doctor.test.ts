import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { hallpass, temporaryFolder } from './hallpass.js'

interface Finding {
  readonly check: string
  readonly verdict: string
  readonly sentence: string
  readonly remedy: string | null
}

const inMemory = { HALLPASS_STORE: 'memory:', HALLPASS_ISSUER: 'http://localhost:1' }

function findings(stdout: string): readonly Finding[] {
  return (JSON.parse(stdout) as { findings: readonly Finding[] }).findings
}

test('doctor tells what is in order, what should be mended, and that no server runs', async () => {
  const { status, stdout } = await hallpass(['doctor', '--json'], { env: inMemory })
  assert.equal(status, 0, 'nothing is broken')
  const found = findings(stdout)
  const verdictsOf = (check: string): string[] =>
    found.filter((one) => one.check === check).map(({ verdict }) => verdict)
  assert.deepEqual(verdictsOf('configuration'), ['good'])
  assert.deepEqual(verdictsOf('store'), ['attention', 'good'])
  assert.deepEqual(verdictsOf('keys'), ['good'])
  assert.deepEqual(verdictsOf('server'), ['attention'])
  for (const { verdict, remedy } of found)
    assert.equal(remedy === null, verdict === 'good', 'a remedy where one is due')
})

test('doctor lists every mistake of a configuration, with the exit code of one', async () => {
  const env = { HALLPASS_STORE: 'nonsense', HALLPASS_STRATEGY: 'cookies' }
  const { status, stdout } = await hallpass(['doctor'], { env })
  assert.equal(status, 78)
  assert.match(stdout, /^x {2}configuration {2}HALLPASS_STORE is no store/m)
  assert.match(stdout, /^x {2}configuration {2}HALLPASS_STRATEGY is no strategy/m)
  assert.ok(!stdout.includes('\u001b'), 'no colours where there is no terminal')
})

test('doctor finds a store that is away, and a secret that others can read', async (t) => {
  const cwd = temporaryFolder(t)
  const away = await hallpass(['doctor', '--json', '--offline'], {
    cwd,
    env: { HALLPASS_STORE: 'redis://localhost:1' },
  })
  assert.equal(away.status, 1)
  assert.ok(findings(away.stdout).some(({ check, verdict }) => check === 'store' && verdict === 'bad'))

  const first = await hallpass(['doctor', '--json', '--offline'], { cwd })
  assert.equal(first.status, 0, first.stdout)
  chmodSync(join(cwd, 'data/hallpass.secret'), 0o644)
  const { status, stdout } = await hallpass(['doctor', '--json', '--offline'], { cwd })
  assert.equal(status, 78, 'the server would not start with it')
  const { remedy } = findings(stdout).find(({ check, verdict }) => check === 'configuration' && verdict === 'bad')!
  assert.match(remedy ?? '', /chmod 600 /)
})

test('a file of variables is read, the environment wins, and one that is missing is told', async (t) => {
  const cwd = temporaryFolder(t)
  writeFileSync(join(cwd, 'some.env'), 'HALLPASS_STORE=memory:\nHALLPASS_STRATEGY=hybrid\n')
  const args = ['doctor', '--offline', '--json', '--env', 'some.env']
  const { stdout } = await hallpass(args, { cwd, env: { HALLPASS_STRATEGY: 'jwt' } })
  const configuration = findings(stdout).find(({ check }) => check === 'configuration')
  assert.match(configuration?.sentence ?? '', /strategy jwt, store memory$/)
  const missing = await hallpass(['doctor', '--env', 'none.env'], { cwd })
  assert.equal(missing.status, 78)
  assert.match(missing.stderr, /^hallpass: --env: /)
})
