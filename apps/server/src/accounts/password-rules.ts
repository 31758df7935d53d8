import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import type { Mistake } from 'hallpass'

/** Characters of a new password at least (ASVS 6.2.1), bytes of any at most: long enough for every passphrase. */
export const shortestPassword = 8
export const longestPassword = 1024

/** zxcvbn's 3 of 4: more than 10^8 guesses. */
const weakestScore = 3

/** What lies beyond makes no password weaker, and takes long to analyse. */
const analysed = 64

const strength = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: analysed })

/** Why nobody should have this as a new password; null where it is fine. No rules of composition (ASVS 6.2.5). */
export function passwordMistake(field: string, password: string, email: string): Mistake | null {
  const normal = password.normalize('NFC')
  if (Array.from(normal).length < shortestPassword) {
    return {
      field,
      problem: `has fewer than ${shortestPassword} characters.`,
      remedy: 'Make it longer: three or four unrelated words are easy to remember.',
    }
  }
  const { score, feedback } = strength.check(normal, [email, ...email.split(/[^\p{L}\p{N}]+/u)])
  if (score >= weakestScore) return null
  const found = problems[feedback.warning ?? ''] ?? 'is easy to guess.'
  return { field, problem: found, remedy: 'Add a few unrelated words, or let a password manager draw one.' }
}

/** What zxcvbn found, by the names it gives its findings. */
const problems: { readonly [warning: string]: string } = {
  common: 'is among the passwords that are tried first.',
  topTen: 'is among the ten passwords that are tried first.',
  topHundred: 'is among the hundred passwords that are tried first.',
  similarToCommon: 'is close to one of the passwords that are tried first.',
  userInputs: 'is made from your email.',
  straightRow: 'is a row of the keyboard.',
  keyPattern: 'is a pattern on the keyboard.',
  simpleRepeat: 'repeats one character.',
  extendedRepeat: 'repeats a few characters.',
  sequences: 'is a sequence such as "abc" or "6543".',
  recentYears: 'is made from a year.',
  dates: 'is made from a date.',
}
