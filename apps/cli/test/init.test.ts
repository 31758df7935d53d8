import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseEnv } from 'node:util'
import { hallpass, temporaryFolder } from './hallpass.js'

test('init writes a configuration that starts, with secrets for its owner alone', async (t) => {
  const cwd = temporaryFolder(t)
  const store = 'sqlite:./kept/hallpass.db'
  const { status, stdout } = await hallpass(['init', '--strategy', 'hybrid', '--store', store, '--json'], { cwd })
  assert.equal(status, 0)
  assert.deepEqual(JSON.parse(stdout), { written: ['hallpass.config.json', 'hallpass.env'] })
  assert.equal(statSync(join(cwd, 'hallpass.env')).mode & 0o777, 0o600)
  const environment = readFileSync(join(cwd, 'hallpass.env'), 'utf8')
  const drawn = [...environment.matchAll(/^HALLPASS_(?:SECRET|OPERATOR_KEY)="([A-Za-z0-9+/]{64})"$/gm)]
  assert.equal(new Set(drawn.map(([, secret]) => secret)).size, 2, 'two secrets, and not the same')
  assert.ok(!readFileSync(join(cwd, 'hallpass.config.json'), 'utf8').includes('SECRET'))

  const looked = await hallpass(['doctor', '--offline', '--json', '--env', 'hallpass.env'], { cwd })
  assert.equal(looked.status, 0, looked.stdout)
  const { findings } = JSON.parse(looked.stdout) as { findings: readonly { check: string; sentence: string }[] }
  const configuration = findings.find(({ check }) => check === 'configuration')
  assert.equal(configuration?.sentence, 'is in order: http://localhost:7100, strategy hybrid, store sqlite')
})

test('init never overwrites, and writes nothing that would not start', async (t) => {
  const cwd = temporaryFolder(t)
  const refused = await hallpass(['init', '--strategy', 'cookies', '--issuer', 'http://app.example'], { cwd })
  assert.equal(refused.status, 78)
  assert.match(refused.stderr, /HALLPASS_STRATEGY is no strategy/)
  assert.deepEqual(readdirSync(cwd), [])

  writeFileSync(join(cwd, 'hallpass.config.json'), '{"name":"mine"}')
  const { status, stdout } = await hallpass(['init', '--json'], { cwd })
  assert.deepEqual([status, JSON.parse(stdout)], [0, { written: ['hallpass.env'] }])
  assert.equal(readFileSync(join(cwd, 'hallpass.config.json'), 'utf8'), '{"name":"mine"}', 'what was there is kept')
  const written = readFileSync(join(cwd, 'hallpass.env'), 'utf8')
  const again = await hallpass(['init'], { cwd })
  assert.deepEqual([again.status, again.stderr.startsWith('hallpass: hallpass.env is here already.')], [73, true])
  assert.equal(readFileSync(join(cwd, 'hallpass.env'), 'utf8'), written)
})

test('init minds the configuration that is there: with a mistake in it nothing is written', async (t) => {
  const cwd = temporaryFolder(t)
  writeFileSync(join(cwd, 'hallpass.config.json'), '{"lifetimes":{"idle":-1}}')
  const { status, stderr } = await hallpass(['init'], { cwd })
  assert.equal(status, 78)
  assert.match(stderr, /lifetimes\.idle/)
  assert.deepEqual(readdirSync(cwd), ['hallpass.config.json'])
})

test('init follows no link to a file that is not there yet: no secret lands where somebody else waits for it', async (t) => {
  for (const [file, code] of [
    ['hallpass.env', 73],
    ['hallpass.config.json', 70],
  ] as const) {
    const [cwd, elsewhere] = [temporaryFolder(t), temporaryFolder(t)]
    symlinkSync(join(elsewhere, 'waiting'), join(cwd, file))
    const { status, stdout } = await hallpass(['init'], { cwd })
    assert.deepEqual([status, stdout], [code, ''], file)
    assert.ok(!existsSync(join(elsewhere, 'waiting')))
    assert.deepEqual(readdirSync(cwd), [file], 'nothing was written')
  }
})

test('init writes what was given as it will be read, whatever quotes it holds, and no line of its own', async (t) => {
  const hostile = [
    `sqlite:./a"b.db`,
    `sqlite:./a'b"c.db`,
    'sqlite:./a\\new.db',
    'sqlite:./x"\nHALLPASS_OPERATOR_KEY="mine',
  ]
  for (const store of hostile) {
    const cwd = temporaryFolder(t)
    const { status, stderr } = await hallpass(['init', '--store', store], { cwd })
    assert.equal(status, 0, stderr)
    const read = parseEnv(readFileSync(join(cwd, 'hallpass.env'), 'utf8'))
    assert.deepEqual([read['HALLPASS_STORE'], Object.keys(read).length], [store, 5])
    assert.equal(read['HALLPASS_OPERATOR_KEY']?.length, 64)
  }
  const cwd = temporaryFolder(t)
  const { status, stderr } = await hallpass(['init', '--store', 'sqlite:./"\'`.db'], { cwd })
  assert.deepEqual([status, readdirSync(cwd)], [65, []])
  assert.match(stderr, /nothing was written/)
})
