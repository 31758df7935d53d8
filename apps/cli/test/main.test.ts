import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const { version } = JSON.parse(readFileSync(new URL('../../server/package.json', import.meta.url), 'utf8')) as {
  version: string
}

function hallpass(args: readonly string[], env: { readonly [name: string]: string } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env,
    timeout: 20_000,
  })
  return { status, stdout, stderr }
}

test('help and version', () => {
  for (const args of [['--help'], ['-h'], []]) {
    const { status, stdout } = hallpass(args)
    assert.equal(status, 0)
    assert.match(stdout, /^Usage: hallpass <command>/)
  }
  assert.deepEqual(hallpass(['--version']), { status: 0, stdout: `${version}\n`, stderr: '' })
})

test('what is no command or option is told, with the exit code of misuse', () => {
  for (const args of [['dance'], ['serve', 'twice'], ['--loud']]) {
    const { status, stdout, stderr } = hallpass(args)
    assert.deepEqual([status, stdout], [64, ''], args.join(' '))
    assert.match(stderr, /^hallpass: /)
    assert.doesNotMatch(stderr, /\n\s+at /)
  }
})

test('serve is the server: it reads the same configuration and tells the same mistakes', () => {
  const { status, stderr } = hallpass(['serve'], { HALLPASS_STRATEGY: 'cookies' })
  assert.equal(status, 78)
  assert.match(stderr, /HALLPASS_STRATEGY is no strategy/)
})

test('what was pasted cannot steer the terminal from a complaint either', () => {
  const pasted = '\u001b]0;owned\u0007\u009b2J\u202e'
  for (const args of [
    [pasted],
    ['request', '--curl', `curl http://localhost:1 -${pasted}`],
    ['request', `http://${pasted}`],
    ['request', 'http://localhost:2/', '-H', pasted],
    ['format', `/nowhere/${pasted}`],
    ['explain', '--key', `/nowhere/${pasted}`, 'a.b.c'],
    ['subjects', pasted],
    ['doctor', pasted],
    ['advise', '--team', pasted],
    ['decode', `--${pasted}`],
  ]) {
    const { status, stdout, stderr } = hallpass(args)
    assert.ok(status !== 0 && stderr.startsWith('hallpass: '), `${args[0]}: ${stderr}`)
    // oxlint-disable-next-line no-control-regex -- these are what it is about
    assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/, args.join(' '))
  }
})
