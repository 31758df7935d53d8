import assert from 'node:assert/strict'
import { test } from 'node:test'
import { soundLibrary, tree } from './fixture.js'
import { run } from './layers.js'

const source = 'packages/hallpass/src'
const all = { notYetBuilt: [] }

test('layers: a sound library passes', (t) => {
  assert.deepEqual(run(tree(t, soundLibrary()), all).lines, [])
})

const twins = {
  'core imports stores': [
    { [`${source}/core/bad.ts`]: "import { one } from '../stores/it.js'\nexport const two = one + one\n" },
    /core\/bad\.ts:1: core may not import stores: decisions are pure/,
  ],
  'a driver imports a decision, not a type': [
    { [`${source}/stores/bad.ts`]: "import { one } from '../core/it.js'\nexport const two = one\n" },
    /stores may import only types from core/,
  ],
  'an inline type import still runs': [
    { [`${source}/stores/bad.ts`]: "import { type One } from '../core/it.js'\n" },
    /stores may import only types from core/,
  ],
  'the API drags in a driver by its public name': [
    {
      [`${source}/hallpass.ts`]: "import { memory } from 'hallpass/memory'\n",
      'packages/hallpass/package.json': {
        name: 'hallpass',
        exports: { './memory': { default: './dist/stores/memory/memory.js' } },
      },
    },
    /hallpass\.ts may not import stores/,
  ],
  'an adapter imports the sessions by #src': [
    { [`${source}/adapters/bad.ts`]: "export { one } from '#src/sessions/it.js'\n" },
    /adapters may not import sessions: an adapter translates/,
  ],
  'http reaches for Node.js': [
    { [`${source}/http/bad.ts`]: "import { createServer } from 'node:http'\n" },
    /http may not import node:http/,
  ],
  'the browser imports anything': [
    { [`${source}/browser/bad.ts`]: "import type { one } from '../core/it.js'\n" },
    /browser may not import core: it ships to pages/,
  ],
  'a hidden import() of a type': [
    { [`${source}/browser/bad.ts`]: "export type One = import('../core/it.js').One\n" },
    /browser may not import core/,
  ],
  'an undeclared package': [
    { [`${source}/adapters/bad.ts`]: "import type { Context } from 'hono'\n" },
    /hono is not in packages\/hallpass\/package\.json/,
  ],
  'a folder that the table does not know': [{ [`${source}/magic/it.ts`]: '' }, /magic: the table does not know it/],
  'a folder named after nothing': [
    { 'apps/server/src/utils/it.ts': '' },
    /apps\/server\/src\/utils: a folder is named/,
  ],
  'the server reaches into the library': [
    { 'apps/server/package.json': {}, 'apps/server/src/bad.ts': "import '../../../packages/hallpass/src/index.js'\n" },
    /leaves apps\/server\/src: the apps are the first users/,
  ],
  'the server uses a subpath that is not public': [
    { 'apps/server/package.json': {}, 'apps/server/src/bad.ts': "import 'hallpass/core/token'\n" },
    /hallpass\/core\/token is no public subpath/,
  ],
  'the console imports the library': [
    { 'apps/console/package.json': {}, 'apps/console/src/bad.tsx': "import { one } from 'hallpass'\n" },
    /apps\/console may not import hallpass: a browser holds no session machinery/,
  ],
  'the console imports a value of the server': [
    { 'apps/console/package.json': {}, 'apps/console/src/bad.ts': "import { one } from 'hallpass-server/contract'\n" },
    /apps\/console may import only types from hallpass-server\/contract/,
  ],
}

for (const [what, [files, expected]] of Object.entries(twins)) {
  test(`layers: caught: ${what}`, (t) => {
    const { ok, lines } = run(tree(t, soundLibrary(files)), all)
    assert.equal(ok, false)
    assert.match(lines.join('\n'), expected)
  })
}

test('layers: caught: a folder of the table has vanished', (t) => {
  const { 'packages/hallpass/src/keys/it.ts': _, ...files } = soundLibrary()
  assert.deepEqual(run(tree(t, files), all).lines, [`${source}/keys: in the table, but vanished`])
  assert.equal(run(tree(t, files), { notYetBuilt: ['keys'] }).ok, true)
})

test('layers: caught: a built folder is still excused', (t) => {
  assert.match(run(tree(t, soundLibrary()), { notYetBuilt: ['keys'] }).lines[0], /keys: is built, take it off/)
})
