import {
  aboutSentences,
  type Decoded,
  type Explained,
  type ExplainedMember,
  type RuleResult,
  tellRules,
  type ToldRule,
} from 'hallpass/inspect'
import { printableLines } from './printable.js'

/** Without the token itself, which may be a secret. */
type Shown = Omit<Decoded, 'token'>

/** What `hallpass decode` says: what it is, what is odd about it, and what stands in it. */
export function decodedReport(decoded: Shown): string {
  const { header, payload, pieces } = decoded
  const parts = [
    ...(header === null ? [] : [titled('Header', [header.json])]),
    ...(payload === null ? [] : [titled('Payload', [payload.json])]),
    ...(header === null && pieces.length > 0 ? [titled('Parts', piecesOf(decoded))] : []),
  ]
  return printableLines([aboutSentences(decoded).join('\n'), ...parts].join('\n\n') + '\n')
}

/** What `hallpass explain` says beyond that: what each member means, every rule, and the verdict first. */
export function explainedReport(
  decoded: Shown,
  explained: Explained,
  rules: readonly RuleResult[],
  verdict: string,
): string {
  const { header, payload } = explained
  const sections = [
    verdict,
    [...aboutSentences(decoded), explained.size].join('\n'),
    ...(header.length === 0 && decoded.pieces.length > 0 ? [titled('Parts', piecesOf(decoded))] : []),
    ...(header.length === 0 ? [] : [titled('Header', header.flatMap(memberLines))]),
    ...(payload.length === 0 ? [] : [titled('Payload', payload.flatMap(memberLines))]),
    ...(rules.length === 0 ? [] : [titled('Rules', tellRules(rules).map(ruleLine))]),
  ]
  return printableLines(`${sections.join('\n\n')}\n`)
}

function titled(title: string, lines: readonly string[]): string {
  return `${title}\n${lines.map((line) => `  ${line.replaceAll('\n', '\n  ')}`).join('\n')}`
}

function piecesOf({ pieces }: Shown): readonly string[] {
  return pieces.map(({ name, text, meaning }) => `${name}: ${text}  ${meaning}`)
}

function memberLines({ name, value, bytes, meaning, standard, note }: ExplainedMember): readonly string[] {
  return [
    `${name}: ${value}`,
    ...(note === null ? [] : [`    ${note}`]),
    `    ${meaning}${standard === null ? '' : ` (${standard})`} ${bytes} B`,
  ]
}

const marks = { passed: 'ok    ', failed: 'FAILED', 'not-checked': 'open  ' } as const

function ruleLine({ outcome, sentence }: ToldRule): string {
  return `${marks[outcome]}  ${sentence}`
}
