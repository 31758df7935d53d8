// Measures what many real instances on one real store do: `npm run fleet -- accept|commands|latency|everywhere|keys|memory|remote|cuts|operator|all`.
// `--quick` is a small try-out; `--engine` and `--strategy` take one or several. Exits with 1 where a promise is broken.
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import './cleanup.js'
import { engines } from './stores.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    engine: { type: 'string', multiple: true, default: engines },
    strategy: { type: 'string', multiple: true, default: ['session', 'hybrid', 'jwt'] },
    // Milliseconds that a busy machine may add to a bound.
    allowance: { type: 'string', default: '250' },
  },
})
const { quick, engine: chosen, strategy: strategies } = values
const sizes = (whole, thin) => (quick ? thin : whole)
const common = { engines: chosen, strategies }

const measurements = {
  accept: async () =>
    (await import('./accept.js')).accept({
      ...common,
      ...sizes({ revocations: 200, checks: 60 }, { revocations: 20, checks: 60 }),
      allowance: Number(values.allowance),
    }),
  commands: async () =>
    (await import('./commands.js')).commands({
      ...common,
      ...sizes(
        { checks: 1_000_000, seconds: 75, overHttp: 100_000 },
        { checks: 100_000, seconds: 8, overHttp: 10_000 },
      ),
    }),
  latency: async () =>
    (await import('./latency.js')).latency({
      ...common,
      ...sizes(
        { counts: [1, 3, 10, 30], revocations: 300, warmUp: 500 },
        { counts: [1, 3], revocations: 60, warmUp: 20 },
      ),
    }),
  everywhere: async () =>
    (await import('./everywhere.js')).everywhere({
      ...common,
      ...sizes({ counts: [1, 100, 100_000], subjects: 20 }, { counts: [1, 100, 10_000], subjects: 5 }),
    }),
  keys: async () =>
    (await import('./keys.js')).keys({ engines: chosen, ...sizes({ rotations: 10 }, { rotations: 2 }) }),
  remote: async () =>
    (await import('./remote.js')).remote({
      engines: chosen,
      ...sizes(
        { counts: [1, 10, 100, 1000], tree: { relays: 10, leaves: 99 }, revocations: 50 },
        { counts: [1, 10, 50], tree: { relays: 3, leaves: 10 }, revocations: 20 },
      ),
      allowance: Number(values.allowance),
    }),
  cuts: async () =>
    (await import('./cuts.js')).cuts({
      engines: chosen,
      ...sizes({ rounds: 50, wholeUpload: 60 }, { rounds: 5, wholeUpload: 5 }),
    }),
  operator: async () =>
    (await import('./operator.js')).operator(
      sizes(
        { sessions: 1_000_000, subjects: 250_000, searches: 100, stops: 12 },
        { sessions: 20_000, subjects: 5_000, searches: 10, stops: 2 },
      ),
    ),
  memory: async () =>
    (await import('./memory.js')).memory({ strategies, ...sizes({ count: 1_000_000 }, { count: 100_000 }) }),
}

const names = positionals.includes('all') || positionals.length === 0 ? Object.keys(measurements) : positionals
const unknown = names.filter((name) => !(name in measurements))
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}. Known: ${Object.keys(measurements).join(', ')}, all`)
  process.exit(2)
}
console.log(`node ${process.version}, ${cpus().length} cores${quick ? ', quick: too small for figures' : ''}`)
const passed = []
for (const name of names) {
  const began = performance.now()
  passed.push(await measurements[name]())
  console.log(`${name} took ${Math.round((performance.now() - began) / 1000)} s`)
}
process.exit(passed.every(Boolean) ? 0 : 1)
