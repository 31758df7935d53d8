// `npm run runtimes [-- path …]`: the library's built tests on every Node.js that it supports. Build first.
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

provideRuntimes()
const files = testFiles(root, process.argv.slice(2), ['packages/hallpass/dist-test'])
const rows = []
for (const runtime of runtimes) rows.push(await suite(runtime, files))
console.table(rows)
if (files.length === 0) console.error('no test file: npm run build first')
process.exitCode = rows.some(({ passed, failed }) => failed > 0 || passed === 0) ? 1 : 0
