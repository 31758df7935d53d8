// Kills a server at random moments of sign-ins and refreshes, starts it again on the same database, and asks every
// client what it lost: nothing that was acknowledged, and each can go on. `npm run crash -- --kills 200 --seed 7`
import { parseArgs } from 'node:util'
import { crashes } from './crashes.js'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '40' },
    clients: { type: 'string', default: '10' },
    seed: { type: 'string' },
  },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const started = performance.now()
const told = await crashes({ kills: Number(values.kills), clients: Number(values.clients), seed, print: console.log })
console.log(`seed ${seed}, ${Math.round((performance.now() - started) / 1000)} s`)
console.log(
  `kills ${told.kills} · acknowledged: ${told.signIns} sign-ins, ${told.refreshes} refreshes · ` +
    `in flight when killed: ${told.inFlight} · lost: ${told.lost.length} · could not go on: ${told.stuck.length}`,
)
for (const line of [...told.lost, ...told.stuck]) console.log(`  ${line}`)
process.exitCode = told.lost.length + told.stuck.length === 0 ? 0 : 1
