import { type Advice, adviceLabels, type Turn } from 'hallpass/inspect'
import type { Paint } from './paint.js'

/** The whole advice as text: the same words as on the page, in the same order. */
export function adviceReport(turns: readonly Turn[], advice: Advice, { strong }: Paint): string {
  const section = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `\n${strong(title)}\n${lines.map((line) => `  ${line}`).join('\n')}\n`
  const width = Math.max(...advice.costs.map(({ what }) => what.length)) + 2
  return [
    `${strong(advice.summary)}\n`,
    section(
      adviceLabels.answers,
      turns.map(({ question, option }) => `${question.text} ${option.label}`),
    ),
    section(
      adviceLabels.reasons,
      advice.reasons.map(({ text }) => text),
    ),
    section(adviceLabels.costs, [
      ...advice.costs.map(({ what, value }) => `${what.padEnd(width)}${value}`),
      advice.measuredOn,
    ]),
    section(adviceLabels.warnings, advice.warnings),
    section(
      adviceLabels.considered,
      advice.considered.map(({ what, whyNot }) => `${what}: ${whyNot}`),
    ),
    section(adviceLabels.settingsFile, linesOf(advice.configuration.file)),
    section(adviceLabels.environmentFile, linesOf(advice.configuration.environment)),
    ...advice.code.map(({ name, text }) => section(`${adviceLabels.library}: ${name}`, linesOf(text))),
    section(
      adviceLabels.commands,
      advice.commands.map(({ what, command }) => `${what}: ${command}`),
    ),
  ].join('')
}

function linesOf(text: string): readonly string[] {
  return text.trimEnd().split('\n')
}
