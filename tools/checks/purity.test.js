import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tree } from './fixture.js'
import { run } from './purity.js'

const source = 'packages/hallpass/src'

test('purity: names that only look alike pass', (t) => {
  const root = tree(t, {
    [`${source}/core/a.ts`]:
      '// Date.now() would be wrong\nexport const a = { process: 1, text: "Math.random()" }.process\n',
    [`${source}/runtime.ts`]: 'export const now = () => Date.now()\n',
    [`${source}/testing/clock.ts`]: 'setTimeout(() => {}, 1)\n',
    'apps/server/src/config.ts': 'export const port = process.env.PORT\n',
    'apps/server/src/main.ts': 'process.env.PORT\n',
  })
  assert.deepEqual(run(root).lines, [])
})

const twins = {
  'Date.now in core': ['core/a.ts', 'Date.now()', /core\/a\.ts:1: Date\.now in core/],
  'a date in core': ['core/a.ts', 'new Date(5)', /new Date\( in core/],
  'chance in core': ['core/a.ts', 'Math.random()', /Math\.random in core/],
  'async in core': ['core/a.ts', 'export const f = async () => {}', /async in core/],
  'await in core': ['core/a.ts', 'await f()', /await in core/],
  'process in core': ['core/a.ts', 'process.exit()', /process in core/],
  'globalThis in core': ['core/a.ts', 'globalThis.x', /globalThis in core/],
  'Date.now elsewhere': ['sessions/a.ts', 'Date.now()', /Date\.now: clock, timers/],
  'performance.now elsewhere': ['http/a.ts', 'performance.now()', /performance\.now: clock/],
  'setTimeout elsewhere': ['stores/a.ts', 'setTimeout(f, 1)', /setTimeout: clock/],
  'setTimeout of globalThis': ['browser/a.ts', 'globalThis.setTimeout(f, 1)', /setTimeout: clock/],
  'new Date() elsewhere': ['keys/a.ts', 'new Date()', /new Date\(\): clock/],
  'the environment in the library': ['hallpass.ts', 'process.env.SECRET', /the environment: only/],
}

for (const [what, [file, text, expected]] of Object.entries(twins)) {
  test(`purity: caught: ${what}`, (t) => {
    const { ok, lines } = run(tree(t, { [`${source}/${file}`]: `${text}\n` }))
    assert.equal(ok, false)
    assert.match(lines.join('\n'), expected)
  })
}

for (const text of ['process.env.PORT', "import { env } from 'node:process'"]) {
  test(`purity: caught: the server's app has ${text}`, (t) => {
    assert.match(run(tree(t, { 'apps/server/src/app.ts': text })).lines[0], /the environment: only the configuration/)
  })
}
