// `npm run runtimes [-- path …]`: the library's built tests on every Node.js that it supports, and the verifier's in Bun,
// Deno and workerd; then what the verifier weighs. Build first.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { testFiles } from '../test/find-files.js'
import { endAll, runFile } from '../test/run-file.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))
/** 20 is the oldest that package.json's engines allow; the others are the newest of their line. */
const runtimes = ['node-20', 'node-22', 'node-24', 'node-26']

function provideRuntimes() {
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: here, stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}

/** Runs every file on one runtime; answers the row of the table and prints what failed. */
async function suite(runtime, files) {
  const node = join(here, 'node_modules', runtime, 'bin/node')
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  const scratch = mkdtempSync(join(tmpdir(), 'hallpass-runtimes-'))
  const began = performance.now()
  const row = { runtime, version, passed: 0, failed: 0 }
  for (const file of files) {
    const { passed, failures } = await runFile(file, { node, cwd: root, scratch })
    row.passed += passed
    row.failed += failures.length
    for (const { name, error } of failures) console.log(`\n${version} ${file}\n  FAILED ${name}\n${error}`)
  }
  rmSync(scratch, { recursive: true, force: true })
  return { ...row, seconds: Number(((performance.now() - began) / 1000).toFixed(1)) }
}

process.on('exit', endAll)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

/** The verifier's files on one runtime that is no Node.js; answers the row of the table and prints what failed. */
async function suiteElsewhere(runtime, { version, run }, files) {
  const scratch = mkdtempSync(join(tmpdir(), 'hallpass-runtimes-'))
  const began = performance.now()
  const [command, ...args] = version
  const row = { runtime, version: execFileSync(command, args, { encoding: 'utf8' }).split('\n')[0].trim() }
  const { passed, failures } = await run(files, scratch)
  for (const { name, error } of failures) console.log(`\n${runtime} FAILED ${name}\n${error}`)
  rmSync(scratch, { recursive: true, force: true })
  return { ...row, passed, failed: failures.length, seconds: Number(((performance.now() - began) / 1000).toFixed(1)) }
}

async function weight() {
  const { importTime, weigh } = await import('./size.js')
  const scratch = mkdtempSync(join(tmpdir(), 'hallpass-runtimes-'))
  console.table(await weigh())
  for (const runtime of runtimes) {
    const milliseconds = await importTime(join(here, 'node_modules', runtime, 'bin/node'), scratch)
    console.log(`${runtime}: hallpass/verify imports in ${milliseconds.toFixed(1)} ms`)
  }
  rmSync(scratch, { recursive: true, force: true })
}

provideRuntimes()
const files = testFiles(root, process.argv.slice(2), ['packages/hallpass/dist-test'])
const rows = []
for (const runtime of runtimes) rows.push(await suite(runtime, files))
const ofVerifier = files.filter((file) => /\/(verify\/.*|attacks\/tokens)\.test\.js$/.test(file))
if (ofVerifier.length > 0) {
  const elsewhere = await import('./elsewhere.js')
  const absolute = ofVerifier.map((file) => join(root, file))
  for (const [name, runtime] of Object.entries(elsewhere.runtimes))
    rows.push(await suiteElsewhere(name, runtime, absolute))
}
console.table(rows)
if (ofVerifier.length > 0) await weight()
if (files.length === 0) console.error('no test file: npm run build first')
process.exitCode = rows.some(({ passed, failed }) => failed > 0 || passed === 0) ? 1 : 0
