import type { Decoded } from './decode.js'
import { statedExpiry } from './explain.js'
import type { RuleGroup } from './rule-words.js'
import type { RuleResult } from './rules.js'
import { findingSentence } from './finding.js'
import type { TimePlace } from './times.js'

export interface InspectVerdict {
  /** `undecided`: nothing speaks against it, but not everything was checked. `none`: it is no token that verifiers take. */
  readonly outcome: 'accepted' | 'refused' | 'undecided' | 'none'
  readonly sentence: string
}

/** What a verifier would do, in plain words. */
export function verdictOf(
  decoded: Decoded,
  results: readonly RuleResult[],
  now: number,
  place: TimePlace = {},
): InspectVerdict {
  if (decoded.kind !== 'jws' && decoded.kind !== 'other-parts') {
    return { outcome: 'none', sentence: withoutVerifier[decoded.kind] }
  }
  if (decoded.tooLong) return { outcome: 'refused', sentence: `${lengthSentence(decoded)} A verifier would refuse it.` }
  const expiry = expirySentence(decoded, now, place)
  const broken = results.filter((result) => result.outcome === 'failed')
  const [first] = broken
  if (first !== undefined) {
    const why = first.rule === 'expired' ? '.' : `: ${first.reason}.`
    const others = broken.length - 1
    const more = others === 0 ? '' : ` It breaks ${others} more ${others === 1 ? 'rule' : 'rules'}.`
    return { outcome: 'refused', sentence: `${expiry} A verifier would refuse it${why}${more}` }
  }
  const open = results.filter((result) => result.outcome === 'not-checked')
  if (open.length > 0) {
    const because = [...new Set(open.map(({ because }) => because))].join('; ')
    return {
      outcome: 'undecided',
      sentence: `${expiry} Nothing speaks against it so far, but not all was checked: ${because}.`,
    }
  }
  return { outcome: 'accepted', sentence: `${expiry} A verifier would accept it, unless it was revoked.` }
}

/** What one rule came to, or several that could not be checked for one reason. */
export interface ToldRule {
  readonly rules: readonly string[]
  readonly group: RuleGroup
  readonly outcome: RuleResult['outcome']
  readonly sentence: string
}

/** More in a row that could not be checked for one reason are told at once. */
const mostAlike = 3

/** The rules in their order, for people: with the remedy where one failed. */
export function tellRules(results: readonly RuleResult[]): readonly ToldRule[] {
  const told: ToldRule[] = []
  for (let at = 0; at < results.length;) {
    const first = results[at]!
    const alike = alikeFrom(results, at)
    if (alike.length > mostAlike && first.outcome === 'not-checked') {
      const sentence = `${alike.length} rules are not checked: ${first.because}.`
      told.push({ rules: alike.map(({ rule }) => rule), group: first.group, outcome: first.outcome, sentence })
      at += alike.length
    } else {
      const { rule, group, outcome } = first
      told.push({ rules: [rule], group, outcome, sentence: ruleSentence(first) })
      at++
    }
  }
  return told
}

/** Those in a row, of one group, that were not checked for one reason. */
function alikeFrom(results: readonly RuleResult[], from: number): readonly RuleResult[] {
  const first = results[from]!
  const isAlike = (other: RuleResult): boolean =>
    first.outcome === 'not-checked' &&
    other.outcome === 'not-checked' &&
    other.because === first.because &&
    other.group === first.group
  let to = from
  while (to < results.length && isAlike(results[to]!)) to++
  return results.slice(from, to)
}

/** What a rule came to, in one sentence with its remedy. */
function ruleSentence(result: RuleResult): string {
  const { demand, remedy, standard } = result
  if (result.outcome === 'passed') return demand
  if (result.outcome === 'not-checked') return `${demand} Not checked: ${result.because}.`
  return `${demand} It fails: ${result.reason}. ${remedy} (${standard})`
}

/** Everything there is to say about what was pasted, before its rules: what it is, what was taken off, what is odd. */
export function aboutSentences(decoded: Omit<Decoded, 'token'>): readonly string[] {
  const { about, takenOff, findings, tooLong, kind } = decoded
  return [
    about,
    ...(tooLong && kind !== 'empty' ? [`${lengthSentence(decoded)} Only its beginning was looked at.`] : []),
    ...(takenOff.length > 0 ? [`Taken off: ${takenOff.join('; ')}.`] : []),
    ...findings.map(findingSentence),
  ]
}

function lengthSentence({ length }: Pick<Decoded, 'length'>): string {
  return `${length.toLocaleString('en')} characters are too long for a token.`
}

function expirySentence(decoded: Decoded, now: number, place: TimePlace): string {
  const expiry = statedExpiry(decoded, now, place)
  if (expiry === null) return 'It says no time at which it expires.'
  return expiry.isPast ? `Expired ${expiry.relative}.` : `Expires ${expiry.relative}.`
}

const withoutVerifier: { readonly [kind in Exclude<Decoded['kind'], 'jws' | 'other-parts'>]: string } = {
  empty: 'Nothing to look at yet.',
  jwe: 'A verifier of access tokens would refuse it: it is encrypted, and those are signed.',
  'session-token': 'Only the store that holds its session can tell whether it is good.',
  'refresh-token': 'Only the store that holds its session can tell whether it is good.',
  jwk: 'A key, not a token: put it where the key belongs.',
  'jwk-set': 'Keys, not a token: put them where the key belongs.',
  json: 'No verifier takes it for a token.',
  opaque: 'No verifier can read it; only its issuer knows.',
}
