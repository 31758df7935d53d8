// `npm run simulate`: seeds by chance, every directed schedule, every mutant; or one seed and its story.
import { parseArgs } from 'node:util'
import { sqlite } from 'hallpass/sqlite'
import { add, noCounts } from './counts.js'
import { directed } from './directed/index.js'
import { mutants } from './mutants/index.js'
import { judgeMutants, type Verdict } from './mutation.js'
import { climateOf, randomRun, type RunOptions, type Told } from './random-run.js'
import { refreshRun } from './refresh-run.js'
import { directedRun } from './stage.js'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    schedule: { type: 'string' },
    story: { type: 'boolean', default: false },
    store: { type: 'string', default: 'memory' },
    mutants: { type: 'boolean', default: false },
  },
})
const stores: Record<string, RunOptions> = { memory: {}, sqlite: { open: () => sqlite(':memory:') } }
const store = stores[values.store]
if (store === undefined) throw new Error(`--store is one of ${Object.keys(stores).join(', ')}`)

if (values.seed !== undefined) tell(await randomRun(Number(values.seed), { ...store, tellsStory: values.story }))
else if (values.schedule !== undefined) tell(await scheduled(values.schedule))
else await all()

async function scheduled(name: string): Promise<Told> {
  const schedule = directed.find((one) => one.name === name)
  if (schedule === undefined) throw new Error(`schedules:\n${directed.map((one) => one.name).join('\n')}`)
  return directedRun(schedule, { tellsStory: values.story })
}

function tell({ name, counts, violations, story }: Told): void {
  for (const line of story) console.log(line)
  console.log(name, counts)
  for (const violation of violations) console.log(`VIOLATION ${violation}`)
  process.exitCode = violations.length === 0 ? 0 : 1
}

async function all(): Promise<void> {
  const sum = noCounts()
  const bad: Told[] = []
  const note = (told: Told): void => {
    add(sum, told.counts)
    if (told.violations.length === 0) return
    bad.push(told)
    console.log(`VIOLATION ${told.name}: ${told.violations[0]!}`)
  }
  const began = performance.now()
  const from = Number(values.from)
  const count = Number(values.seeds)
  for (let seed = from; seed < from + count; seed++) note(await randomRun(seed, store))
  const refreshes = Math.ceil(count / 5)
  for (let seed = from; seed < from + refreshes; seed++) {
    const told = await refreshRun(seed, store)
    if (told.violations.length > 0) note(told)
  }
  const seconds = (performance.now() - began) / 1000
  for (const schedule of directed) note(await directedRun(schedule))
  const verdicts = values.mutants ? await judgeMutants(mutants, { seeds: 200, atOnce: 2, told: tellVerdict }) : null
  const survivors = verdicts?.filter(({ by }) => by === null) ?? []
  const climates = ['calm', 'rough', 'forgetful', 'split'].map((name) => {
    const ofIt = Array.from({ length: count }, (_, index) => climateOf(from + index)).filter((one) => one === name)
    return `${ofIt.length} ${name}`
  })
  const rows: readonly (readonly [string, string | number])[] = [
    ['store', values.store],
    ['seeds', `${count} (${climates.join(', ')})`],
    ['directed schedules', directed.length],
    ['seeds of refreshes, half of them with a thief', refreshes],
    ['checks', sum.checks],
    ['accepted', sum.accepted],
    ...Object.entries(sum.refused).map(([reason, refusals]) => [`refused: ${reason}`, refusals] as const),
    ['revocations', `${sum.revokes}, of them ${sum.revokesFailed} not assured`],
    ['violations', bad.length],
    ['live sessions refused in fault-free runs', sum.falseRefusals],
    ['nearest to its bound', `${(sum.nearestToBound * 100).toFixed(1)} % of it`],
    ['longest revocation', `${Math.round(sum.longestRevoke)} ms`],
    ['residual acceptances after a loss', sum.residual],
    [
      'mutants killed',
      verdicts === null ? 'not asked for (--mutants)' : `${verdicts.length - survivors.length} of ${verdicts.length}`,
    ],
    ['seeds per second', (count / seconds).toFixed(1)],
  ]
  for (const [name, figure] of rows) console.log(`${name.padEnd(46)} ${figure}`)
  process.exitCode = bad.length + survivors.length === 0 ? 0 : 1
}

function tellVerdict({ mutant, by, violation }: Verdict): void {
  console.log(
    `${by === null ? 'SURVIVES' : 'killed  '} ${mutant.name} · ${by ?? mutant.sentence} · ${violation.slice(0, 120)}`,
  )
}
