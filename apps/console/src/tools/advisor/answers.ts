import { conversation, type PartialAnswers, type QuestionKey } from 'hallpass/inspect'

/** The answers as the address of the page holds them: so that going back works, and a link leads to the same advice. */
export function answersIn(hash: string): PartialAnswers {
  return Object.fromEntries(new URLSearchParams(hash.replace(/^#/, '')))
}

/** Only what was asked stays: what does not matter any more is left out. */
export function addressOf(answers: PartialAnswers): string {
  const pairs = conversation(answers).turns.map(({ question, option }): string[] => [question.key, option.value])
  return `#${new URLSearchParams(pairs).toString()}`
}

/** Without the answer to that question and to what was asked after it. */
export function before(answers: PartialAnswers, key: QuestionKey): PartialAnswers {
  const { turns } = conversation(answers)
  const kept = turns.slice(
    0,
    turns.findIndex(({ question }) => question.key === key),
  )
  return Object.fromEntries(kept.map(({ question, option }) => [question.key, option.value]))
}
