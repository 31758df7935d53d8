import {
  type Answers,
  type Option,
  type PartialAnswers,
  type Question,
  type QuestionKey,
  questions,
} from './questions.js'

export interface Turn {
  readonly question: Question
  readonly option: Option
}

export interface Conversation {
  /** What was asked and answered, in order. */
  readonly turns: readonly Turn[]
  /** What is asked next; null when nothing that matters is left. */
  readonly next: Question | null
}

/** Where the conversation stands. Answers to what does not matter, or that are none, are as good as not given. */
export function conversation(answers: PartialAnswers): Conversation {
  const turns: Turn[] = []
  const given: { [Key in QuestionKey]?: string } = {}
  for (const question of questions) {
    if (!question.matters(given)) continue
    const option = question.options.find(({ value }) => value === answers[question.key])
    if (option === undefined) return { turns, next: question }
    given[question.key] = option.value
    turns.push({ question, option })
  }
  return { turns, next: null }
}

/** Every answer, with what holds where nothing was asked; null while something is left to ask. */
export function complete(answers: PartialAnswers): Answers | null {
  const { turns, next } = conversation(answers)
  if (next !== null) return null
  const given = new Map<string, string>(turns.map(({ question, option }) => [question.key, option.value]))
  // every value comes from the options above, which are the words of Answers
  return Object.fromEntries(
    questions.map(({ key, otherwise }) => [key, given.get(key) ?? otherwise]),
  ) as unknown as Answers
}

/** What of `key=value` pairs is no answer, as sentences with their remedy. */
export function answerMistakes(answers: { readonly [key: string]: string }): readonly string[] {
  return Object.entries(answers).flatMap(([key, value]) => {
    const question = questions.find((one) => one.key === key)
    if (question === undefined)
      return [`"${key}" is no question. Use one of: ${questions.map((one) => one.key).join(', ')}.`]
    const values = question.options.map((option) => option.value)
    return values.includes(value) ? [] : [`"${value}" does not answer "${key}". Use one of: ${values.join(', ')}.`]
  })
}
