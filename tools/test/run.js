// `npm test [-- path …]`: programs, build, checks, tests. The last line says `N passed, N failed`.
// With a path, only the test files whose path contains it run, and the checks do not.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runChecks } from '../checks/run-checks.js'
import { testFiles } from './find-files.js'
import { provide } from './programs.js'
import { endAll, runFile } from './run-file.js'
import { searchSecrets, verdict } from './secrets.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const atOnce = 2
const filters = process.argv.slice(2)
const began = performance.now()
const sum = { passed: 0, failed: 0 }

/** A step before the tests: its problems count as one failure and end the run. */
function step(name, problems) {
  if (problems.length === 0) return
  for (const line of problems) console.error(line)
  console.error(`${name} failed`)
  sum.failed += 1
  finish()
}

function build() {
  const { status } = spawnSync(process.execPath, ['tools/build/run.js'], { cwd: root, stdio: 'inherit' })
  return status === 0 ? [] : ['see above']
}

async function checks() {
  const results = await runChecks(root)
  for (const { ok } of results) sum[ok ? 'passed' : 'failed'] += 1
}

async function tests() {
  const files = testFiles(root, filters)
  if (files.length === 0)
    step('finding tests', [`no test file${filters.length > 0 ? ` matches ${filters.join(' ')}` : ''}`])
  const scratch = mkdtempSync(join(tmpdir(), 'hallpass-test-'))
  const skipped = []
  const worker = async () => {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      const result = await runFile(file, { cwd: root, scratch })
      tell(result)
      skipped.push(...result.skipped.map((skip) => `${file}: ${skip.name} (${skip.reason})`))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  rmSync(scratch, { recursive: true, force: true })
  for (const line of skipped) console.log(`skipped  ${line}`)
}

/** Runs all of it while the servers' tests record what they see, and then searches that for secrets. */
async function recorded(run) {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-record-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  process.env.SECRETS_RECORD = folder
  await run()
  const result = searchSecrets(folder)
  const { ok, line } = verdict(result)
  sum[ok ? 'passed' : 'failed'] += 1
  for (const found of result.finds.slice(0, 50)) console.log(`FAIL ${found}`)
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${line}`)
}

function tell({ file, ms, passed, failures }) {
  sum.passed += passed
  sum.failed += failures.length
  const verdict = failures.length === 0 ? 'ok  ' : 'FAIL'
  console.log(`${verdict} ${String(passed).padStart(4)} ${`${Math.round(ms)} ms`.padStart(9)}  ${file}`)
  for (const { name, error } of failures) console.log(`\n  FAILED ${name}\n${indent(error ?? '')}\n`)
}

function indent(text) {
  return text.replaceAll(/^/gm, '    ')
}

function finish() {
  console.log(`\ntook ${((performance.now() - began) / 1000).toFixed(1)} s`)
  console.log(`${sum.passed} passed, ${sum.failed} failed`)
  process.exit(sum.failed > 0 || sum.passed === 0 ? 1 : 0)
}

process.on('exit', endAll)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

step('providing the programs', provide())
step('the build', build())
if (filters.length > 0) {
  console.log('checks are left out: a path was given')
  await tests()
} else {
  await checks()
  await recorded(tests)
}
finish()
