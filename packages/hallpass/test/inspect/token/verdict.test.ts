import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aboutSentences, decode, longestDecoded, type RuleResult, rules, tellRules, verdictOf } from 'hallpass/inspect'
import { audience, Forge, issuer, payload, startedAt } from '../../attacks/forge.js'

const forge = new Forge('EdDSA')
const terms = { issuer, audience, now: startedAt, signature: { outcome: 'valid' } } as const

function verdict(token: string) {
  const decoded = decode(token)
  return verdictOf(decoded, rules(decoded.token, terms), startedAt)
}

const [passed] = rules(forge.token(), terms)
const { rule: _rule, outcome: _outcome, ...words } = passed!

const unchecked = (rule: string, because: string, group = words.group): RuleResult => ({
  ...{ ...words, rule, group, because },
  outcome: 'not-checked',
})

test('a token that is too long to be one is refused for that alone, whatever it says', () => {
  const long = forge.token(undefined, { ...payload, aud: 'x', pad: 'y'.repeat(longestDecoded) })
  const { outcome, sentence } = verdict(long)
  assert.equal(outcome, 'refused')
  assert.match(sentence, /^[\d,]+ characters are too long for a token\. A verifier would refuse it\.$/)
})

test('a token in other than three parts is refused, not passed over', () => {
  const [head, body] = forge.token().split('.')
  assert.equal(verdict(`${head}.${body}`).outcome, 'refused')
})

test('a token without an expiry is said to have none', () => {
  const { sentence } = verdict(forge.token(undefined, { ...payload, exp: undefined }))
  assert.match(sentence, /^It says no time at which it expires\. A verifier would refuse it: exp is not a time\./)
})

test('several broken rules are counted', () => {
  assert.match(verdict(forge.token(undefined, { ...payload, aud: 1, jti: 1 })).sentence, /breaks 1 more rule\.$/)
  assert.match(verdict(forge.token(undefined, { ...payload, aud: 1, jti: 1, sub: 1 })).sentence, /2 more rules\.$/)
})

test('a rule is told with its demand, and with reason, remedy and standard where it failed', () => {
  const [failed] = rules(forge.token(), { ...terms, issuer: 'x' }).filter(({ outcome }) => outcome === 'failed')
  const { demand, remedy, standard } = failed!
  const [one, two, three] = tellRules([passed!, failed!, unchecked('c', 'no key was given')])
  assert.equal(one?.sentence, words.demand)
  assert.equal(two?.sentence, `${demand} It fails: iss is not the issuer. ${remedy} (${standard})`)
  assert.equal(three?.sentence, `${words.demand} Not checked: no key was given.`)
  assert.deepEqual([one?.outcome, two?.outcome, three?.outcome], ['passed', 'failed', 'not-checked'])
})

test('more than three in a row that were not checked for one reason are told at once, and no others', () => {
  const told = (results: readonly RuleResult[]) => tellRules(results).map((one) => one.rules.length)
  const alike = ['a', 'b', 'c'].map((rule) => unchecked(rule, 'why'))
  const fourth = unchecked('d', 'why')
  assert.deepEqual(told(alike), [1, 1, 1])
  assert.deepEqual(told([...alike, fourth]), [4])
  assert.deepEqual(told([passed!, ...alike, fourth, passed!]), [1, 4, 1])
  assert.deepEqual(told([...alike, passed!, fourth]), [1, 1, 1, 1, 1])
  assert.deepEqual(told([...alike, unchecked('d', 'another')]), [1, 1, 1, 1])
  assert.deepEqual(told([...alike, unchecked('d', 'why', 'signature')]), [1, 1, 1, 1])
  assert.deepEqual(told([passed!, passed!, passed!, passed!]), [1, 1, 1, 1])
  const [{ sentence } = assert.fail()] = tellRules([...alike, fourth])
  assert.equal(sentence, '4 rules are not checked: why.')
})

test('what was taken off and what is too long is said where it is so, and nowhere else', () => {
  const token = forge.token()
  assert.equal(aboutSentences(decode(token)).length, 1)
  assert.match(aboutSentences(decode(` ${token}`)).join(' '), /Taken off: white space/)
  assert.doesNotMatch(aboutSentences(decode(' '.repeat(longestDecoded + 1))).join(' '), /too long/)
})
