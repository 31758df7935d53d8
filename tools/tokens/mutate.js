// Mutated tokens: ours accepts only what jose and PyJWT both accept.
import { audience, Forge, issuer, startedAt } from '../../packages/hallpass/dist-test/attacks/forge.js'
import { chanceFrom } from '../../packages/hallpass/dist-test/simulation/random.js'
import { printTable, progress, verdict } from '../fleet/table.js'
import { mutations } from './mutations.js'
import { verifiers } from './verifiers.js'

const judges = ['hallpass', 'jose', 'PyJWT']

export async function mutate(count, seed) {
  const chance = chanceFrom(seed)
  const forges = ['EdDSA', 'ES256', 'RS256', 'PS256'].map((alg) => new Forge(alg))
  const setting = { issuer, audience, now: startedAt, forges }
  const names = Object.keys(mutations)
  progress(`making ${count} tokens`)
  const made = Array.from({ length: count }, (_, index) => {
    const mutation = names[index % names.length]
    return { mutation, token: mutations[mutation](chance, chance.pick(forges)) }
  })
  const tokens = made.map(({ token }) => token)
  const verdicts = {}
  for (const judge of judges) {
    progress(`asking ${judge}`)
    verdicts[judge] = await verifiers[judge](setting, tokens)
  }
  const accepts = (judge, index) => verdicts[judge][index] === null

  printTable(
    `${count} mutated tokens, seed ${seed}: how many each accepts`,
    names.map((mutation) => {
      const at = made.flatMap((one, index) => (one.mutation === mutation ? [index] : []))
      const accepted = judges.map((judge) => [judge, at.filter((index) => accepts(judge, index)).length])
      return { mutation, tokens: at.length, ...Object.fromEntries(accepted) }
    }),
  )
  printTable('What hallpass/verify refuses and another accepts, by its reason', differences(verdicts))
  const alone = tokens.filter((_, at) => accepts('hallpass', at) && !(accepts('jose', at) && accepts('PyJWT', at)))
  const untouched = made.flatMap(({ mutation }, index) => (mutation === 'nothing' ? [index] : []))
  const lost = untouched.filter((index) => !accepts('hallpass', index)).map((index) => `refused: ${tokens[index]}`)
  return verdict('mutations', 'ours accepts only what jose and PyJWT both accept', [
    ...alone.slice(0, 20).map((token) => `ours alone accepts ${JSON.stringify(token)}`),
    ...lost,
  ])
}

function differences(verdicts) {
  const counts = new Map()
  verdicts.hallpass.forEach((reason, index) => {
    if (reason === null) return
    const others = ['jose', 'PyJWT'].filter((judge) => verdicts[judge][index] === null)
    if (others.length === 0) return
    const row = counts.get(reason) ?? { reason, tokens: 0, jose: 0, PyJWT: 0 }
    row.tokens++
    for (const judge of others) row[judge]++
    counts.set(reason, row)
  })
  return [...counts.values()].sort((one, other) => other.tokens - one.tokens)
}
