import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { tree } from './fixture.js'
import * as formatting from './formatting.js'
import * as lint from './lint.js'
import * as packaging from './packaging.js'
import { runChecks } from './run-checks.js'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** A tree that can run the project's tools. */
function treeWithTools(t, files) {
  const root = tree(t, files)
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'))
  return root
}

test('formatting: caught, by the name of the file', (t) => {
  assert.deepEqual(formatting.run(treeWithTools(t, { 'good.js': 'f()\n', 'bad.js': 'f( )' })).lines[0], 'bad.js')
})

test('lint: caught: a promise that nobody awaits, and any', (t) => {
  const { ok, lines } = lint.run(
    treeWithTools(t, {
      '.oxlintrc.json': {
        extends: [join(project, '.oxlintrc.json')],
        ignorePatterns: ['node_modules'],
      },
      'tsconfig.json': { compilerOptions: { strict: true } },
      'a.ts': 'const f = async (x: any): Promise<number> => x\nexport const g = (): void => {\n  f(1)\n}\n',
    }),
  )
  assert.equal(ok, false)
  assert.match(lines.join('\n'), /no-explicit-any/)
  assert.match(lines.join('\n'), /no-floating-promises/)
})

const manifest = {
  name: 'hallpass',
  version: '1.0.0',
  type: 'module',
  files: ['dist'],
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
}
const built = {
  'packages/hallpass/dist/index.js': 'export const a = 1\n',
  'packages/hallpass/dist/index.d.ts': 'export declare const a: number\n',
}

test('packaging: a sound package passes', (t) => {
  const files = {
    ...built,
    'packages/hallpass/package.json': { ...manifest, license: 'MIT', engines: { node: '>=20' }, sideEffects: false },
  }
  assert.deepEqual(packaging.run(treeWithTools(t, files)).lines, [])
})

test('packaging: caught: a subpath whose types do not exist, one whose code does not', (t) => {
  const exports = { ...manifest.exports, './x': { types: './dist/x.d.ts', default: './dist/x.js' } }
  const { ok, lines } = packaging.run(
    treeWithTools(t, { ...built, 'packages/hallpass/package.json': { ...manifest, exports } }),
  )
  assert.equal(ok, false)
  assert.match(lines.join('\n'), /x\.js/)
})

test('packaging: caught: nothing was built', (t) => {
  assert.match(packaging.run(tree(t, {})).lines[0], /npm run build first/)
})

test('a check that cannot run has failed, and says why', async () => {
  const printed = []
  const broken = {
    name: 'broken',
    run: () => {
      throw new Error('no such file')
    },
  }
  const results = await runChecks(project, [broken], (line) => printed.push(line))
  assert.deepEqual(results, [{ name: 'broken', ok: false }])
  assert.match(printed.join('\n'), /FAIL broken[^]*no such file/)
})
