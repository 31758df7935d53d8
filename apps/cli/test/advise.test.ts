import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { advise, measured, teams } from 'hallpass/inspect'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hallpass-advise-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function hallpass(cwd: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'advise', ...args], {
    ...{ cwd, encoding: 'utf8', env: {}, timeout: 60_000 },
  })
  return { status, stdout, stderr }
}

test('for each team: the words and the configuration of inspect, all of them', (t) => {
  const cwd = folder(t)
  for (const team of teams) {
    const advice = advise(team.answers, measured)!
    const { status, stdout } = hallpass(cwd, '--team', team.id)
    assert.equal(status, 0)
    const flat = stdout.replaceAll(/^ {2}/gm, '')
    const { configuration, reasons, warnings, considered, code, commands, costs } = advice
    for (const text of [
      advice.summary,
      configuration.file,
      configuration.environment,
      advice.measuredOn,
      ...reasons.map((one) => one.text),
      ...warnings,
      ...considered.flatMap(({ what, whyNot }) => [what, whyNot]),
      ...code.map((one) => one.text),
      ...commands.flatMap(({ what, command }) => [what, command]),
      ...costs.flatMap(({ what, value }) => [what, value]),
    ])
      assert.ok(flat.includes(text), `${team.id}: ${text}`)
    const json = JSON.parse(hallpass(cwd, '--team', team.id, '--json').stdout) as { advice: unknown }
    assert.deepEqual(json.advice, advice)
  }
})

test('an answer counts more than the team’s', (t) => {
  const { stdout } = hallpass(folder(t), '--team', 'shop', '--answer', 'store=redis')
  assert.match(stdout, /^Strategy session: sessions in Redis/)
})

test('without a terminal the next question is told, with its choices, and exit code 1', (t) => {
  const cwd = folder(t)
  const { status, stdout } = hallpass(cwd, '--answer', 'building=mobile')
  assert.equal(status, 1)
  assert.match(stdout, /What is at stake[^]*--answer sensitivity=ordinary[^]*--answer sensitivity=high/)
  const json = hallpass(cwd, '--answer', 'building=mobile', '--json')
  assert.equal(json.status, 1)
  assert.equal((JSON.parse(json.stdout) as { next: { key: string } }).next.key, 'sensitivity')
})

test('what is no team, question or answer is told, and nothing is written', (t) => {
  const cwd = folder(t)
  for (const [args, says] of [
    [['--team', 'circus'], /no team "circus".*shop/],
    [['--answer', 'colour=red'], /"colour" is no question.*building/],
    [['--answer', 'building=castle'], /"castle" does not answer "building".*pages/],
    [['--answer', '__proto__=pages'], /no question/],
    [['--answer', 'building'], /is no answer/],
    [['now'], /takes no arguments/],
  ] as const) {
    const { status, stdout, stderr } = hallpass(cwd, ...args, '--write')
    assert.deepEqual([status, stdout], [64, ''], stderr)
    assert.match(stderr, says)
  }
  assert.throws(() => readFileSync(join(cwd, 'hallpass.config.json')))
})

test('--write writes the configuration where there is none, and overwrites nothing', (t) => {
  const cwd = folder(t)
  const file = join(cwd, 'hallpass.config.json')
  const [shop] = teams
  assert.equal(hallpass(cwd, '--team', 'shop', '--write').status, 0)
  assert.equal(readFileSync(file, 'utf8'), advise(shop!.answers, measured)!.configuration.file)
  writeFileSync(file, '{}')
  const again = hallpass(cwd, '--team', 'bank', '--write')
  assert.notEqual(again.status, 0)
  assert.match(again.stderr, /is here already/)
  assert.equal(readFileSync(file, 'utf8'), '{}')
})

test('on a terminal it asks what is left, and Enter answers', { timeout: 60_000 }, async (t) => {
  const answers = ['building=edge', 'sensitivity=high', 'instances=one'].flatMap((one) => ['--answer', one])
  const command = [process.execPath, main, 'advise', ...answers].map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['-qec', `stty cols 120 rows 40; ${command}`, '/dev/null'], {
    cwd: folder(t),
    env: { PATH: process.env['PATH'], TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.after(() => child.kill())
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const asked = said.includes('Redis or Valkey')
    said += chunk.toString()
    if (!asked && said.includes('Redis or Valkey')) child.stdin.write('\r')
  })
  const [code] = (await once(child, 'exit')) as [number]
  assert.equal(code, 0, said)
  assert.match(said, /Which store is at hand\?[^]*Strategy hybrid: sessions in SQLite/)
})
