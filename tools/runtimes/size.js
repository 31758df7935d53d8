// What `hallpass/verify` weighs in a bundle of its own, and how long it takes to import.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const library = fileURLToPath(new URL('../../packages/hallpass/', import.meta.url))

/** What must never get into it: drivers, the session engine, and the only dependency of the library. */
const foreign = [/\/stores\//, /\/sessions\//, /\/adapters\//, /node_modules\/jose\//]
/** What is there for the revocation log alone. */
const forTheLog = /\/(cluster|verify\/(watched-log|remote-log|log-stream|event-stream))/

/** Bytes, by the export condition that chooses the cryptography. Throws where something foreign got in. */
export async function weigh() {
  const rows = []
  for (const [condition, platform] of [
    ['node', 'node'],
    ['default', 'neutral'],
  ]) {
    const whole = await bundled(condition, platform)
    const withoutLog = await bundled(condition, platform, [leavesOut(forTheLog)])
    rows.push({
      condition,
      minified: whole.length,
      gzipped: gzipSync(whole, { level: 9 }).length,
      'gzipped without the log': gzipSync(withoutLog, { level: 9 }).length,
    })
  }
  return rows
}

/** Median of fresh processes, milliseconds: from before the import to after it, of one file, as it would be deployed. */
export async function importTime(node, scratch, processes = 15) {
  const file = join(scratch, 'verify.mjs')
  writeFileSync(file, await bundled('node', 'node'))
  const script = `const began = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - began)`
  const times = Array.from({ length: processes }, () =>
    Number(execFileSync(node, ['--input-type=module', '-e', script], { encoding: 'utf8' })),
  )
  return times.sort((one, other) => one - other)[processes >> 1]
}

async function bundled(condition, platform, plugins = []) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: "export { createVerifier } from 'hallpass/verify'", resolveDir: library },
    conditions: [condition],
    platform,
    plugins,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    metafile: true,
    logLevel: 'error',
  })
  const inputs = Object.keys(metafile.inputs).filter((input) => foreign.some((pattern) => pattern.test(input)))
  if (inputs.length > 0) throw new Error(`hallpass/verify drags in ${inputs.join(', ')}`)
  return outputFiles[0].contents
}

/** Puts nothing in the place of those files. */
function leavesOut(pattern) {
  return {
    name: 'leaves-out',
    setup(build) {
      const load = () => ({ contents: 'module.exports = {}', loader: 'js' })
      build.onLoad({ filter: pattern }, load)
    },
  }
}
