import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { testFiles } from './find-files.js'
import { provide } from './programs.js'
import { runFile } from './run-file.js'

async function outcome(t, text, options = {}) {
  const cwd = mkdtempSync(join(tmpdir(), 'hallpass-run-'))
  t.after(() => rmSync(cwd, { recursive: true, force: true }))
  writeFileSync(join(cwd, 'it.test.mjs'), `import { test, describe } from 'node:test'\n${text}`)
  return runFile('it.test.mjs', { cwd, scratch: cwd, ...options })
}

/** An ended process that nobody has collected yet does not run. */
function runs(pid) {
  return existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}

const errors = ({ failures }) => failures.map(({ error }) => error).join('\n')

test('tests are counted, suites and parents of failing children are not', async (t) => {
  const result = await outcome(
    t,
    `describe('suite', () => { test('a', () => {}); test('b', () => { throw new Error('broken') }) })
     test('parent', async (t) => { await t.test('child', () => {}) })`,
  )
  assert.equal(result.passed, 3)
  assert.deepEqual(
    result.failures.map(({ name }) => name),
    ['b'],
  )
  assert.match(errors(result), /broken/)
})

test('caught: a file without tests', async (t) => {
  assert.match(errors(await outcome(t, '')), /holds no test/)
})

test('caught: a file that breaks before its first test', async (t) => {
  assert.match(errors(await outcome(t, "throw new Error('on the way')")), /on the way/)
})

test('caught: a skip without a reason; one with a reason is told', async (t) => {
  const result = await outcome(t, "test('a', { skip: true }, () => {}); test('b', { skip: 'no network' }, () => {})")
  assert.match(errors(result), /skipped without a reason/)
  assert.deepEqual(result.skipped[1], { name: 'b', reason: 'no network' })
  assert.equal(result.passed, 0)
})

test('caught: a file that never ends', async (t) => {
  const result = await outcome(t, "test('a', () => { setInterval(() => {}, 1000) })", { limit: 1500 })
  assert.match(errors(result), /did not end within 1\.5 s/)
})

test('caught, and ended: a process left behind', async (t) => {
  const result = await outcome(
    t,
    `import { spawn } from 'node:child_process'
     test('a', () => { const child = spawn('sleep', ['60'], { stdio: 'ignore' }); child.unref(); console.log('pid', child.pid) })`,
  )
  assert.match(errors(result), /left a process behind/)
  const pid = Number(/pid (\d+)/.exec(errors(result))[1])
  assert.equal(runs(pid), false)
})

test('files are found by the names of their sources too', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'hallpass-find-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(join(root, 'packages/hallpass/dist-test/core'), { recursive: true })
  const file = 'packages/hallpass/dist-test/core/token.test.js'
  writeFileSync(join(root, file), '')
  assert.deepEqual(testFiles(root), [file])
  assert.deepEqual(testFiles(root, ['packages/hallpass/test/core/token.test.ts']), [file])
  assert.deepEqual(testFiles(root, ['apps']), [])
})

test('a missing program is named in one line', () => {
  const [line, more] = provide([{ command: 'no-such-program', packages: ['no-such-package'] }], false)
  assert.match(line, /^no-such-program is missing: install it/)
  assert.equal(more, undefined)
})
