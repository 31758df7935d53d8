import { buildApp, run } from 'hallpass-server/app'
import type { Command } from '../command.js'
import { CommandError, exit } from '../command.js'

const help = `Usage: hallpass serve

Starts the server, and stops it at SIGTERM or SIGINT.

Settings come from the environment and from hallpass.config.json in this folder:
  HALLPASS_STORE, HALLPASS_ISSUER, HALLPASS_SECRET, HALLPASS_STRATEGY, HALLPASS_OPERATOR_KEY,
  HALLPASS_LOG_KEY, HALLPASS_FORWARD_AUTH_KEY, HALLPASS_HOST, PORT
What is wrong with them is told, all of it at once, before anything is started.
`

export const command: Command = {
  help,
  async run({ words }, host) {
    if (words.length > 0) throw new CommandError(exit.misused, `"serve" takes no arguments: ${words.join(' ')}`)
    return run(host, buildApp)
  },
}
