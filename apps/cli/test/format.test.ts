import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readJson } from 'hallpass/inspect'
import { hallpass, temporaryFolder } from './hallpass.js'

const format = (stdin: string, ...args: readonly string[]) => hallpass(['format', ...args], { stdin })

test('formats, minifies and sorts, numbers and strings as they are written', async () => {
  const text = '{"b":[1.50,1E2,"\\u0041/"],"a":{},"c":[]}'
  const formatted = '{\n  "b": [\n    1.50,\n    1E2,\n    "\\u0041/"\n  ],\n  "a": {},\n  "c": []\n}\n'
  assert.deepEqual(await format(text), { status: 0, stdout: formatted, stderr: '' })
  assert.equal((await format(text, '-', '--indent', 'tab')).stdout, formatted.replaceAll('  ', '\t'))
  assert.equal((await format(text, '--indent', '4')).stdout, formatted.replaceAll('  ', '    '))
  assert.equal((await format(formatted, '--minify')).stdout, `${text}\n`)
  assert.equal((await format(text, '--minify', '--sort')).stdout, '{"a":{},"b":[1.50,1E2,"\\u0041/"],"c":[]}\n')
})

test('says where a mistake is, in the words of the library, with its line and a caret', async (t) => {
  const text = '{\n\t"roles": ["member",],\n\t"name": "\u202eevil"\n}'
  const file = join(temporaryFolder(t), 'bad.json')
  writeFileSync(file, text)
  const reading = readJson(text)
  assert.ok(!reading.ok)
  const { status, stdout, stderr } = await hallpass(['format', file])
  assert.deepEqual([status, stdout], [1, ''])
  assert.equal(
    stderr,
    `not JSON: ${reading.fault.message}
  line 2, column 20, offset 21, at $.roles[1]
  2 |  "roles": ["member",],
                         ^
`,
  )
  assert.deepEqual(await hallpass(['format', file, '--check']), { status, stdout, stderr })
})

test('what steers a terminal is told, and not done', async () => {
  const { stderr } = await format('{"\u202e\u009b31mred":tru}')
  assert.match(stderr, /\\u202e|\\u\{202e\}/)
  // oxlint-disable-next-line no-control-regex -- these are what must not be there
  assert.doesNotMatch(stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
})

test('warnings go to the standard error, and change nothing', async () => {
  const { status, stdout, stderr } = await format('{"a":1,\n"a":1e400}', '--minify')
  assert.deepEqual([status, stdout], [0, '{"a":1,"a":1e400}\n'])
  assert.match(stderr, /^warning: The name "a" stands in this object already, at line 1, column 2/)
  assert.match(stderr, /\nwarning: The number 1e400 is out of the range/)
  const checked = await format('{"a":1,\n"a":1e400}', '--check')
  assert.deepEqual(checked, { status: 0, stdout: '', stderr })
})

test('finds names and values, with their places', async () => {
  const text = '{"kid":"first",\n"keys":[{"KID":2},"x"]}'
  assert.deepEqual(await format(text, '--find', 'kid'), {
    status: 0,
    stdout: '1:2  $.kid  "kid"\n2:10  $.keys[0].KID  "KID"\n',
    stderr: '',
  })
  assert.deepEqual(await format(text, '--find', 'nowhere'), { status: 1, stdout: '', stderr: '' })
})

test('--json is a report for programs', async () => {
  const token = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(20)}`
  const good = await format(JSON.stringify({ token, n: 1 }).replace('1}', '1e999}'), '--json', '--find', 'n')
  const report = JSON.parse(good.stdout) as { [name: string]: unknown }
  assert.deepEqual(Object.keys(report), ['ok', 'characters', 'warnings', 'warningCount', 'tokens', 'found'])
  assert.deepEqual([good.status, report['ok'], report['warningCount'], good.stderr], [0, true, 1, ''])
  assert.deepEqual(report['tokens'], [{ offset: 9, line: 1, column: 10, path: '$.token' }])
  const bad = await format('[1,]', '--json')
  const refused = JSON.parse(bad.stdout) as { ok: boolean; fault: object }
  const reading = readJson('[1,]')
  assert.ok(!reading.ok)
  assert.deepEqual([bad.status, refused.ok, refused.fault, bad.stderr], [1, false, reading.fault, ''])
})

test('what cannot be read has exit codes of its own', async (t) => {
  assert.equal((await hallpass(['format', join(temporaryFolder(t), 'nowhere.json')])).status, 66)
  assert.equal((await hallpass(['format', 'one.json', 'two.json'])).status, 64)
  assert.equal((await format('{}', '--indent', '3')).status, 64)
  const latin1 = join(temporaryFolder(t), 'latin1.json')
  writeFileSync(latin1, Buffer.from('["caf\u00e9"]', 'latin1'))
  const { status, stderr } = await hallpass(['format', latin1])
  assert.equal(status, 65)
  assert.match(stderr, /Byte 5 \(0xe9\) does not belong to UTF-8/)
  const deep = await format(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
  assert.deepEqual([deep.status, deep.stdout], [65, ''])
  assert.match(deep.stderr, /this would take 20\.0 GB/)
})

test('a reader that has seen enough ends it without a complaint', async () => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
  const child = spawn(process.execPath, [main, 'format'], { env: {} })
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += chunk))
  child.stdin.on('error', () => undefined).end(JSON.stringify(Array.from({ length: 1_000_000 }, () => 1)))
  child.stdout.once('data', () => child.stdout.destroy())
  const status = await new Promise((resolve) => child.once('close', resolve))
  assert.deepEqual([status, stderr], [0, ''])
})
