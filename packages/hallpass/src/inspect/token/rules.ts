import {
  accessTokenType,
  type ClaimRule,
  claimTerms,
  registeredClaimRules,
  verifiedClaimRules,
} from '../../core/claim-rules.js'
import { isExpired } from '../../core/claims.js'
import type { JsonObject } from '../../core/plain-json.js'
import { type CompactRule, longestForeignToken, readCompact, readSegment } from '../../keys/compact.js'
import { expiredReason, headerRules, keyReasons, tokenType } from '../../keys/verification.js'
import { longestDecoded } from './decode.js'
import { ruleWords, type RuleWords } from './rule-words.js'
import type { SignatureCheck } from './signature.js'

/** What the verifier expects. What is left out cannot be checked. */
export interface RuleTerms {
  readonly issuer?: string | undefined
  readonly audience?: string | undefined
  /** In any case and with or without `application/`; null for tokens that name none. Default `at+jwt` (RFC 9068). */
  readonly types?: readonly (string | null)[] | undefined
  /** Seconds. Default 900. */
  readonly maximumLifetime?: number | undefined
  /** Seconds. Default 5. */
  readonly clockTolerance?: number | undefined
  /** Milliseconds since 1970. */
  readonly now: number
  /** What `checkSignature` said; null where no key was given. */
  readonly signature: SignatureCheck | null
}

export type RuleResult = RuleWords & {
  readonly rule: string
} & (
    | { readonly outcome: 'passed' }
    /** Why, in the verifier's own words. */
    | { readonly outcome: 'failed'; readonly reason: string }
    | { readonly outcome: 'not-checked'; readonly because: string }
  )

type Outcome =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'failed'; readonly reason: string }
  | { readonly outcome: 'not-checked'; readonly because: string }

type Judged = readonly (readonly [rule: string, outcome: Outcome])[]

const passed: Outcome = { outcome: 'passed' }
const failed = (reason: string): Outcome => ({ outcome: 'failed', reason })
const notChecked = (because: string): Outcome => ({ outcome: 'not-checked', because })

const compactRules = ['length', 'form', 'header', 'signature-spelling'] as const satisfies readonly CompactRule[]
const claimRules: readonly ClaimRule[] = [...registeredClaimRules, ...verifiedClaimRules]

/**
 * Judges a token as a verifier (`hallpass/verify`) with these terms does, rule by rule and in its order. The first rule
 * that failed is why that verifier refuses the token; it accepts one for which every rule passed.
 */
export function rules(token: string, terms: RuleTerms): readonly RuleResult[] {
  const types = (terms.types ?? [accessTokenType]).map((type) => (type === null ? null : (tokenType(type) ?? type)))
  const judged = judge(token, { ...terms, types })
  return judged.map(([rule, outcome]) => ({ rule, ...ruleWords[rule]!, ...outcome }))
}

type Terms = RuleTerms & { readonly types: readonly (string | null)[] }

function judge(token: string, terms: Terms): Judged {
  const strictly = readCompact(token, longestForeignToken)
  // Of one that is too long, the rest is of interest all the same.
  const tooLong = !strictly.ok && strictly.rule === 'length' && token.length <= longestDecoded
  const compact = tooLong ? readCompact(token, longestDecoded) : strictly
  const form = judgeForm(compact, tooLong && !strictly.ok ? strictly.reason : null)
  if (!compact.ok) {
    const unread = notChecked('the token cannot be taken apart')
    return [...form, ...namesAfterForm.map((name) => [name, unread] as const)]
  }
  const { header, payload } = compact.token
  const headed = headerRules.map(
    ({ member, holds, reason }) => [member, holds(header, terms.types) ? passed : failed(reason(terms.types))] as const,
  )
  const kidFailed = headed.some(([member, { outcome }]) => member === 'kid' && outcome === 'failed')
  return [...form, ...headed, ...judgeKey(terms.signature, kidFailed), ...judgePayload(payload, header, terms)]
}

const namesAfterForm = [
  ...headerRules.map(({ member }) => member),
  ...Object.keys(keyReasons),
  ...['payload', ...claimRules.map(({ name }) => name), 'expired'],
]

function judgeForm(compact: ReturnType<typeof readCompact>, tooLong: string | null): Judged {
  const at = compact.ok ? compactRules.length : (compactRules as readonly string[]).indexOf(compact.rule)
  return compactRules.map((name, index) => {
    if (name === 'length' && tooLong !== null) return [name, failed(tooLong)]
    if (index < at) return [name, passed]
    if (index > at || compact.ok) return [name, notChecked('the token cannot be taken apart')]
    return [name, failed(compact.reason)]
  })
}

function judgeKey(check: SignatureCheck | null, kidFailed: boolean): Judged {
  const outcomes = (key: Outcome, alg: Outcome, signature: Outcome): Judged => [
    ['key', key],
    ['alg', alg],
    ['signature', signature],
  ]
  const unknown = (because: string): Judged =>
    outcomes(...(Array(3).fill(notChecked(because)) as [Outcome, Outcome, Outcome]))
  if (check === null) return unknown('no key was given')
  if (check.outcome === 'no-verdict') return unknown(check.because)
  if (check.outcome === 'no-such-key') {
    if (kidFailed) return unknown('kid names no key')
    return outcomes(failed(keyReasons.key), notChecked('there is no such key'), notChecked('there is no such key'))
  }
  if (check.outcome === 'other-algorithm') {
    return outcomes(passed, failed(keyReasons.alg), notChecked('the key is for another algorithm'))
  }
  return outcomes(passed, passed, check.outcome === 'valid' ? passed : failed(keyReasons.signature))
}

function judgePayload(segment: string, header: JsonObject, terms: Terms): Judged {
  const read = readSegment(segment)
  if (!read.ok) {
    const unread = notChecked('the payload cannot be read')
    const names = [...claimRules.map(({ name }) => name), 'expired']
    return [['payload', failed(`the payload ${read.reason}`)], ...names.map((name) => [name, unread] as const)]
  }
  const { issuer = '', audience = '', maximumLifetime = 900, clockTolerance = 5, now } = terms
  const tokenRules = { issuer, audience, maximumLifetime, clockTolerance }
  const given = claimTerms(tokenType(header['typ']) ?? null, tokenRules, now)
  // A rule relies on those before it: of a claim that broke one, the next has nothing to say.
  const broken = new Set<string>()
  const judged = claimRules.map(({ name, claims, holds, reason }) => {
    const missing = missingTerm(name, terms)
    if (missing !== null) return [name, notChecked(missing)] as const
    const wrong = claims.find((claim) => broken.has(claim))
    if (wrong !== undefined) return [name, notChecked(`${wrong} is not in order`)] as const
    if (holds(read.object, given)) return [name, passed] as const
    for (const claim of claims) broken.add(claim)
    return [name, failed(reason)] as const
  })
  return [['payload', passed], ...judged, ['expired', judgeExpiry(read.object, judged, now)]]
}

function missingTerm(rule: string, { issuer, audience }: Terms): string | null {
  if (rule === 'iss' && issuer === undefined) return 'no issuer was given'
  return rule === 'aud' && audience === undefined ? 'no audience was given' : null
}

function judgeExpiry({ exp }: JsonObject, judged: Judged, now: number): Outcome {
  const isTime = judged.some(([name, { outcome }]) => name === 'exp' && outcome === 'passed')
  if (!isTime) return notChecked('exp is not in order')
  return isExpired({ expiresAt: exp as number }, now) ? failed(expiredReason) : passed
}
