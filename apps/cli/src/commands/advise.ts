import { existsSync, writeFileSync } from 'node:fs'
import {
  type Advice,
  advise,
  answerMistakes,
  conversation,
  measured,
  type PartialAnswers,
  teams,
} from 'hallpass/inspect'
import { adviceReport } from '../advice-report.js'
import { type Asked, type Command, CommandError, exit, type Host } from '../command.js'
import { painter } from '../paint.js'

const configFile = 'hallpass.config.json'
const teamIds = teams.map(({ id }) => id).join(', ')

const help = `Usage: hallpass advise [--team <name>] [--answer <question>=<answer> …] [--write]

Asks at most seven questions and answers with a way to carry sessions: why, what it costs as measured, and the
configuration to copy. Without a terminal, the answers are given as options; what is missing is told, with its choices.

Options:
  --team    A typical team, to start from: ${teamIds}.
  --answer  An answer, such as --answer building=spa; once for each question. It counts more than the team's.
  --write   Writes ${configFile} into this folder, where there is none.
  --json    The answer as JSON; where a question is left, the next question, and exit code 1.

Examples:
  hallpass advise
  hallpass advise --team bank
  hallpass advise --team shop --answer store=redis --write
`

export const command: Command = {
  help,
  options: {
    team: { type: 'string' },
    answer: { type: 'string', multiple: true },
    write: { type: 'boolean' },
  },
  async run(asked, host) {
    const { words, options, json } = asked
    if (words.length > 0) throw new CommandError(exit.misused, `"advise" takes no arguments: ${words.join(' ')}`)
    if (options['write'] === true && existsSync(configFile))
      throw new CommandError(exit.exists, `${configFile} is here already. Change it, or move it away first.`)
    const given = givenAnswers(asked)
    const talks = host.stdin.isTTY && host.stdout.isTTY && !json
    const answers = talks ? await asking(given, options['team'] !== undefined) : given
    const advice = advise(answers, measured)
    if (advice === null) return left(answers, json, host)
    if (options['write'] === true) writeFileSync(configFile, advice.configuration.file, { flag: 'wx' })
    host.stdout.write(json ? `${JSON.stringify({ answers, advice }, null, 2)}\n` : shown(answers, advice, asked, host))
    return exit.done
  },
}

function givenAnswers({ options }: Asked): PartialAnswers {
  const name = options['team']
  const team = teams.find(({ id }) => id === name)
  if (name !== undefined && team === undefined)
    throw new CommandError(exit.misused, `there is no team "${String(name)}". Use one of: ${teamIds}.`)
  const pairs = [options['answer'] ?? []].flat().map((pair): [string, string] => {
    const [, key = '', value = ''] = /^(\w+)=(.+)$/.exec(String(pair)) ?? []
    if (key === '')
      throw new CommandError(exit.misused, `"${String(pair)}" is no answer. Write --answer question=answer.`)
    return [key, value]
  })
  const answers = Object.fromEntries(pairs)
  const mistakes = answerMistakes(answers)
  if (mistakes.length > 0) throw new CommandError(exit.misused, mistakes.join('\n'))
  return { ...team?.answers, ...answers }
}

/** The conversation on a terminal. Loaded only where somebody is there to answer. */
async function asking(given: PartialAnswers, fromTeam: boolean): Promise<PartialAnswers> {
  const { cancel, isCancel, select } = await import('@clack/prompts')
  const choose = async (message: string, options: readonly { readonly value: string; readonly label: string }[]) => {
    const answer = await select({ message, options: [...options] })
    if (!isCancel(answer)) return answer
    cancel('Nothing was written.')
    throw new CommandError(exit.no, 'stopped')
  }
  let answers = given
  if (!fromTeam && Object.keys(given).length === 0) {
    const typical = teams.map(({ id, name }) => ({ value: id as string, label: name }))
    const chosen = await choose('Which is closest to yours?', [
      ...typical,
      { value: '', label: 'None of them: ask me everything' },
    ])
    answers = teams.find(({ id }) => id === chosen)?.answers ?? {}
  }
  for (let { next } = conversation(answers); next !== null; { next } = conversation(answers)) {
    answers = { ...answers, [next.key]: await choose(`${next.text}\n${next.why}`, next.options) }
  }
  return answers
}

/** Nobody is there to ask: the next question, as it can be answered. */
function left(answers: PartialAnswers, json: boolean, { stdout }: Host): number {
  const { turns, next } = conversation(answers)
  if (next === null) return exit.software
  if (json) stdout.write(`${JSON.stringify({ answers, next }, null, 2)}\n`)
  else {
    const so = turns.map(({ question, option }) => `${question.text} ${option.label}`)
    const choices = next.options.map(({ value, label }) => `  --answer ${next.key}=${value.padEnd(12)}${label}`)
    stdout.write(`${[...so, next.text, next.why, '', ...choices].join('\n')}\n`)
  }
  return exit.no
}

function shown(answers: PartialAnswers, advice: Advice, { options }: Asked, host: Host): string {
  const report = adviceReport(conversation(answers).turns, advice, painter(host))
  return options['write'] === true ? `${report}\nWritten: ${configFile}\n` : report
}
