import type { Command } from './command.js'

interface Listed {
  readonly name: string
  /** One line for `hallpass --help`. */
  readonly summary: string
  readonly load: () => Promise<{ readonly command: Command }>
}

/** Every command, in the order in which the help names them. */
export const commands: readonly Listed[] = [
  { name: 'serve', summary: 'Starts the server.', load: () => import('./commands/serve.js') },
  { name: 'init', summary: 'Writes a configuration with fresh secrets.', load: () => import('./commands/init.js') },
  { name: 'doctor', summary: 'Looks for what is wrong or unsafe.', load: () => import('./commands/doctor.js') },
  {
    name: 'decode',
    summary: 'Shows what a token says.',
    load: () => import('./commands/decode.js'),
  },
  {
    name: 'explain',
    summary: 'Explains a token, and why a verifier would refuse it.',
    load: () => import('./commands/explain.js'),
  },
  { name: 'format', summary: 'Formats, checks and searches JSON.', load: () => import('./commands/format.js') },
  {
    name: 'request',
    summary: 'Sends a request and shows all of the answer.',
    load: () => import('./commands/request.js'),
  },
  { name: 'advise', summary: 'Advises how to carry sessions, and why.', load: () => import('./commands/advise.js') },
  { name: 'subjects', summary: 'People: search, end, disable, roles.', load: () => import('./commands/subjects.js') },
  { name: 'sessions', summary: 'Sessions: list, look at, end.', load: () => import('./commands/sessions.js') },
  { name: 'keys', summary: 'Signing keys: list, rehearse, rotate, revoke.', load: () => import('./commands/keys.js') },
  { name: 'clients', summary: 'Clients of OAuth and their secrets.', load: () => import('./commands/clients.js') },
]
