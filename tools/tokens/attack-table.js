// What each library alone accepts of section J's forged tokens.
import { audience, Forge, issuer, startedAt } from '../../packages/hallpass/dist-test/attacks/forge.js'
import { forgedTokens } from '../../packages/hallpass/dist-test/attacks/forged-tokens.js'
import { printTable, verdict } from '../fleet/table.js'
import { verifiers } from './verifiers.js'

const forges = ['ES256', 'EdDSA', 'RS256', 'PS256'].map((alg) => new Forge(alg))

export async function attackTable() {
  const setting = { issuer, audience, now: startedAt, forges }
  const attacks = Object.entries(forgedTokens).flatMap(([attack, forged]) =>
    forges.flatMap((forge) => forged(forge).map((token) => ({ attack, token }))),
  )
  const tokens = attacks.map(({ token }) => token)
  const verdicts = Object.fromEntries(
    await Promise.all(Object.entries(verifiers).map(async ([name, judge]) => [name, await judge(setting, tokens)])),
  )
  const rows = Object.keys(forgedTokens).map((attack) => {
    const at = attacks.flatMap((one, index) => (one.attack === attack ? [index] : []))
    const accepted = (name) => at.filter((index) => verdicts[name][index] === null).length
    return {
      attack,
      tokens: at.length,
      ...Object.fromEntries(Object.keys(verifiers).map((name) => [name, accepted(name)])),
    }
  })
  printTable('Forged tokens accepted, of those signed with EdDSA, ES256, RS256 and PS256', rows)
  const right = forges.map((forge) => forge.token())
  const refused = (await verifiers.hallpass(setting, right)).filter((reason) => reason !== null)
  const broken = rows.filter(({ hallpass }) => hallpass > 0).map(({ attack }) => `${attack} is accepted`)
  return verdict('attacks', `none of ${tokens.length} forged tokens is accepted`, [...broken, ...refused])
}
