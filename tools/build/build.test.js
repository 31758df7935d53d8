import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { copyCommand } from './copy-command.js'
import { copyQueries } from './copy-queries.js'
import { removeStale } from './remove-stale.js'

function tree(t, files) {
  const root = mkdtempSync(join(tmpdir(), 'hallpass-build-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), '')
  }
  return root
}

test('the .sql and .lua files land beside the drivers, the sources do not', (t) => {
  const files = ['sqlite/001.sql', 'redis/lua/find.lua', 'sqlite/sqlite.ts']
  const root = tree(
    t,
    files.map((file) => `packages/hallpass/src/stores/${file}`),
  )
  copyQueries(root)
  const copied = files.filter((file) => existsSync(join(root, 'packages/hallpass/dist/stores', file)))
  assert.deepEqual(copied, ['sqlite/001.sql', 'redis/lua/find.lua'])
})

test('the command lands in the package that has it, ready to be run, and without what was there before', (t) => {
  const root = tree(t, ['apps/cli/dist/main.js', 'apps/cli/dist/main.d.ts', 'apps/server/dist/cli/old.js'])
  copyCommand(root)
  const there = ['main.js', 'main.d.ts', 'old.js'].filter((file) =>
    existsSync(join(root, 'apps/server/dist/cli', file)),
  )
  assert.deepEqual(there, ['main.js'])
  assert.equal(statSync(join(root, 'apps/server/dist/cli/main.js')).mode & 0o111, 0o111)
})

test('compiled files whose source is gone go too, the others stay', (t) => {
  const kept = [
    'packages/hallpass/dist/core/a.js',
    'packages/hallpass/dist/core/a.d.ts.map',
    'packages/hallpass/dist/core/tsconfig.tsbuildinfo',
    'apps/server/dist/console/index.js',
    'apps/server/dist/cli/main.js',
  ]
  const stale = [
    'packages/hallpass/dist/core/b.js',
    'packages/hallpass/dist-test/b.test.js',
    'apps/server/dist/001.sql',
  ]
  const root = tree(t, ['packages/hallpass/src/core/a.ts', ...kept, ...stale])
  removeStale(root)
  for (const file of kept) assert.equal(existsSync(join(root, file)), true, file)
  for (const file of stale) assert.equal(existsSync(join(root, file)), false, file)
})
