// Small trees in a temporary folder, for the checks' own tests.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { library } from './layers-table.js'

/** Writes files (path → text, or an object for JSON) and answers the root; gone when the test ends. */
export function tree(t, files) {
  const root = mkdtempSync(join(tmpdir(), 'hallpass-fixture-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return root
}

/** A library in which every layer exists and breaks nothing; `files` are put on top. */
export function soundLibrary(files = {}) {
  const layers = Object.keys(library).map((layer) => [
    `packages/hallpass/src/${layer.endsWith('.ts') ? layer : `${layer}/it.ts`}`,
    '/** One. */\nexport const one = 1\n',
  ])
  return {
    ...Object.fromEntries(layers),
    'packages/hallpass/package.json': {
      name: 'hallpass',
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
      dependencies: { jose: '1' },
    },
    'packages/hallpass/dist/index.js': '',
    'packages/hallpass/dist/index.d.ts': '',
    'README.md': "`npm ci && npm start`, `npm ci && npm test`, `'hallpass'`",
    ...files,
  }
}
