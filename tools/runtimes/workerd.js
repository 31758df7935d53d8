// The verifier's tests in workerd, which has no test runner: bundled as one worker, whose answer is the result.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = fileURLToPath(new URL('.', import.meta.url))
export const workerd = join(here, 'node_modules/workerd/bin/workerd')

/** Milliseconds, for all of the tests. */
const longest = 120_000

/** Tests that cannot run there, by name, and why. */
export const exceptions = {
  '(accepts|with|>) PS256( >|,|$)': 'its node:crypto cannot sign with PSS; that it verifies is a test of its own',
  'J26 weak keys': "its node:crypto writes a public key's private half into the JWK",
  'J29 no library': 'it has no files',
  'J24 ten thousand': 'no server can be started from inside a worker',
  'J12 the twin': 'its assert.deepEqual stumbles over objects without a prototype',
}

const config = `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (services = [(name = "tests", worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-01",
  compatibilityFlags = ["nodejs_compat"],
))]);
`

/** Answers {passed, skipped, failures: [{name, error}]}. Files are absolute paths of built tests. */
export async function runInWorkerd(files, scratch) {
  const imports = files.map((file) => `import ${JSON.stringify(file)}`).join('\n')
  await build({
    stdin: { contents: `${imports}\n${handler}`, resolveDir: here },
    outfile: join(scratch, 'worker.js'),
    alias: { 'node:test': join(here, 'node-test.js') },
    conditions: ['workerd'],
    external: ['node:*'],
    // The package says that its modules have no side effects; its tests have nothing else.
    ignoreAnnotations: true,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  })
  writeFileSync(join(scratch, 'config.capnp'), config)
  return resultOf(scratch)
}

const handler = `
import { runTests } from './node-test.js'
export default {
  async test() {
    console.log('RESULT ' + JSON.stringify(await runTests(${JSON.stringify(Object.keys(exceptions))})))
  },
}`

async function resultOf(scratch) {
  const run = promisify(execFile)(workerd, ['test', join(scratch, 'config.capnp')], {
    timeout: longest,
    maxBuffer: 64 * 1024 * 1024,
  })
  const { stdout, stderr } = await run.catch((error) => error)
  const result = /^.*?RESULT (.*)$/m.exec(`${stdout}\n${stderr}`)?.[1]
  if (result !== undefined) return JSON.parse(result)
  return { passed: 0, skipped: 0, failures: [{ name: 'workerd', error: `${stdout}${stderr}`.slice(-4000) }] }
}
