import type { ParseArgsOptionsConfig } from 'node:util'
import { type Asked, type Command, CommandError, exit, type Host } from '../command.js'
import { type Paint, painter } from '../paint.js'
import { type OperatorApi, operatorApi } from './api.js'
import { confirm } from './confirm.js'

/** What an action has to go by. */
export interface Call {
  readonly api: OperatorApi
  /** As many as the action takes. */
  readonly words: readonly string[]
  readonly options: Asked['options']
  readonly host: Host
  readonly paint: Paint
  /** Milliseconds since 1970. */
  readonly now: number
  /** Before what cannot be undone. Errors: `CommandError`. */
  confirm(question: string, word?: string): Promise<void>
}

/** What came of it: for programs and for people. */
export interface Told {
  readonly answer: unknown
  readonly text: string
}

/** One verb of a command, such as `list` of `hallpass sessions list`. */
export interface Action {
  /** How many words it takes, at least and at most. */
  readonly takes: readonly [least: number, most: number]
  /** Which options of the command it knows, besides those of all. */
  readonly options?: readonly string[]
  run(call: Call): Promise<Told>
}

const ofEveryAction: ParseArgsOptionsConfig = { server: { type: 'string' }, yes: { type: 'boolean', short: 'y' } }

/** What the help of each command says of where it works. */
export const whereHelp = `
  --server URL  The server to ask, with its operator key in HALLPASS_OPERATOR_KEY. Default: HALLPASS_SERVER; without
                either, what \`hallpass serve\` would start with in this folder is opened here, without any key.
  --yes         Does not ask before what cannot be undone.
  --json        The answer as JSON, as the operator API gives it.

Exit codes: 0 where it is done, 1 where there is no such thing or nobody said yes, 64 and 65 for what was given wrongly,
69 where the server or the store cannot be reached, 77 where the server refuses, 78 for the configuration.
`

/** A command that speaks the operator API, by its actions. */
export function operatorCommand(
  name: string,
  help: string,
  actions: { readonly [name: string]: Action },
  options: ParseArgsOptionsConfig = {},
): Command {
  return {
    help,
    options: { ...options, ...ofEveryAction },
    async run(asked, host) {
      const action = actionIn(name, actions, asked)
      const api = await operatorApi(asked, host)
      try {
        const { answer, text } = await action.run({
          ...{ api, host, words: asked.words.slice(1), options: asked.options, paint: painter(host), now: Date.now() },
          confirm: (question, word) => confirm(asked, host, question, word),
        })
        host.stdout.write(asked.json ? `${JSON.stringify(answer, null, 2)}\n` : text)
        return exit.done
      } finally {
        await api.close()
      }
    },
  }
}

function actionIn(name: string, actions: { readonly [name: string]: Action }, asked: Asked): Action {
  const { words, options } = asked
  const wrong = (what: string): CommandError => new CommandError(exit.misused, `${what}. Try: hallpass ${name} --help`)
  const [verb, ...rest] = words
  if (verb === undefined) throw wrong(`say what to do: ${Object.keys(actions).join(', ')}`)
  const action = Object.hasOwn(actions, verb) ? actions[verb] : undefined
  if (action === undefined) throw wrong(`"${name}" does not know "${verb}"`)
  const [least, most] = action.takes
  if (rest.length < least)
    throw wrong(`"${name} ${verb}" needs ${least === 1 ? 'one word' : `${least} words`} more to go by`)
  if (rest.length > most) throw wrong(`"${name} ${verb}" does not take so much: ${rest.slice(most).join(' ')}`)
  if (rest.includes('')) throw wrong(`"${name} ${verb}" was given an empty word`)
  const known = new Set([...Object.keys(ofEveryAction), ...(action.options ?? [])])
  const unknown = Object.keys(options).find((option) => options[option] !== undefined && !known.has(option))
  if (unknown !== undefined) throw wrong(`"${name} ${verb}" does not take --${unknown}`)
  return action
}
