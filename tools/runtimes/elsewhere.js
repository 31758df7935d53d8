// The verifier's tests in runtimes that are not Node.js. Each brings a runner of its own, but workerd.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { exceptions, runInWorkerd, workerd } from './workerd.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const bun = join(here, 'node_modules/bun/bin/bun')
const deno = join(here, 'node_modules/deno/deno')

/** Milliseconds, for one file. */
const longest = 180_000

/** What runs in workerd: whatever needs no server of its own. */
const withoutServers = /\/(verify\/(verifier|log)|attacks\/tokens)\.test\.js$/

export const runtimes = {
  bun: { version: [bun, '--version'], run: (files) => each(files, inBun) },
  deno: { version: [deno, '--version'], run: (files) => each(files, inDeno) },
  workerd: {
    version: [workerd, '--version'],
    async run(files, scratch) {
      for (const [name, reason] of Object.entries(exceptions)) console.log(`workerd: not run: ${name}: ${reason}`)
      return runInWorkerd(
        files.filter((file) => withoutServers.test(file)),
        scratch,
      )
    },
  },
}

async function each(files, runOne) {
  const sum = { passed: 0, skipped: 0, failures: [] }
  for (const file of files) {
    const { passed, failed, output } = await runOne(file)
    sum.passed += passed
    // A file that could not even be read counts as one.
    if (failed > 0 || passed === 0) sum.failures.push({ name: `${failed} of ${file}`, error: output.slice(-6000) })
  }
  return sum
}

async function inBun(file) {
  const output = await outputOf(bun, ['test', '--timeout', '100000', file])
  return { passed: counted(/^ *(\d+) pass$/m, output), failed: counted(/^ *(\d+) fail$/m, output), output }
}

/** It counts what stands inside a describe() as steps of one test. */
async function inDeno(file) {
  const output = await outputOf(deno, ['test', '--allow-all', '--no-check', '--no-lock', file])
  const [, tests = 0, steps = 0, failed = 1] = /(\d+) passed(?: \((\d+) steps?\))? \| (\d+) failed/.exec(output) ?? []
  return { passed: Math.max(Number(tests), Number(steps)), failed: Number(failed), output }
}

async function outputOf(command, args) {
  const options = { timeout: longest, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NO_COLOR: '1' } }
  const { stdout, stderr } = await promisify(execFile)(command, args, options).catch((error) => error)
  return `${stdout}${stderr}`
}

function counted(pattern, output) {
  return Number(pattern.exec(output)?.[1] ?? 0)
}
