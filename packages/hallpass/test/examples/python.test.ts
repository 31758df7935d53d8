import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const vectors = join(root, 'docs/vectors/verification.json')
const verifier = readFileSync(join(root, 'examples/python/hallpass_verify.py'), 'utf8')
const check = readFileSync(join(root, 'examples/python/check_vectors.py'), 'utf8')

/** What the test vectors say of a verifier in Python: its last line, and whether it passed. */
function judged(source: string): { readonly passed: boolean; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-python-'))
  try {
    writeFileSync(join(folder, 'hallpass_verify.py'), source)
    writeFileSync(join(folder, 'check_vectors.py'), check)
    const run = spawnSync('/usr/bin/python3', ['check_vectors.py', vectors], { cwd: folder, encoding: 'utf8' })
    return { passed: run.status === 0, said: `${run.stdout}${run.stderr}`.trim().split('\n').at(-1) ?? '' }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Each rule of the verifier taken out in turn: a `raise` that does nothing. */
const rules = [...verifier.matchAll(/^( +)raise (.*?)(?: from None)?$/gm)].map(
  ({ 0: line, 1: indent, 2: what, index }) => ({
    what: what!,
    source: `${verifier.slice(0, index)}${indent}pass${verifier.slice(index + line.length)}`,
  }),
)

/** About the keys, which are right in the vectors; or refused by the next rule all the same. */
const redundant = new Set([
  'ValueError(f"no key is used for {self.alg}")',
  'invalid("a signature of ES256 is not 64 bytes")',
])

describe('the verifier in Python', () => {
  test('says of every test vector what it must', () => {
    assert.deepEqual(judged(verifier), { passed: true, said: `${cases()} cases, 0 failed` })
  })

  for (const { what, source } of rules) {
    if (redundant.has(what)) continue
    test(`is caught by the test vectors without: ${what}`, () => assert.equal(judged(source).passed, false))
  }
})

function cases(): number {
  return (JSON.parse(readFileSync(vectors, 'utf8')) as { cases: unknown[] }).cases.length
}
