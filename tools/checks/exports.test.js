import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from './exports.js'
import { soundLibrary, tree } from './fixture.js'

const source = 'packages/hallpass/src'

test('exports: a sound library passes, documented or re-exported', (t) => {
  const root = tree(
    t,
    soundLibrary({ [`${source}/index.ts`]: "export { one } from './core/it.js'\nexport type { T } from './api.js'\n" }),
  )
  assert.deepEqual(run(root).lines, [])
  assert.equal(run(root).figure, '1 subpaths, 1 public values')
})

const twins = {
  'a value without a docstring': [
    {
      [`${source}/index.ts`]: "export { two as deux } from './core/it.js'\n",
      [`${source}/core/it.ts`]: '// not one\nexport const two = 2\n',
    },
    /core\/it\.ts: deux is public \(hallpass\) and has no docstring/,
  ],
  'one that was imported first': [
    {
      [`${source}/index.ts`]: "import { f } from './core/it.js'\nexport { f }\n",
      [`${source}/core/it.ts`]: 'export function f() {}\n',
    },
    /f is public/,
  ],
  'one behind a star': [
    { [`${source}/index.ts`]: "export * from './core/it.js'\n", [`${source}/core/it.ts`]: 'export class A {}\n' },
    /A is public/,
  ],
  'a subpath that nothing documents': [
    { 'README.md': 'nothing' },
    /hallpass: exported, but neither README\.md nor docs/,
  ],
  'a documented subpath that does not exist': [
    { 'docs/guide.md': "import { x } from 'hallpass/koa'" },
    /docs\/guide\.md: names hallpass\/koa, which is not exported/,
  ],
  'a subpath without its file': [
    {
      'packages/hallpass/package.json': { exports: { '.': { types: './dist/no.d.ts', default: './dist/no.js' } } },
    },
    /\.: packages\/hallpass\/src\/no\.ts does not exist/,
  ],
}

for (const [what, [files, expected]] of Object.entries(twins)) {
  test(`exports: caught: ${what}`, (t) => {
    const { ok, lines } = run(tree(t, soundLibrary(files)))
    assert.equal(ok, false)
    assert.match(lines.join('\n'), expected)
  })
}
