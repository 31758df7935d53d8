import { readFileSync } from 'node:fs'
import type { ClientAnswer, ClientBody, ClientsAnswer, ClientSecretAnswer } from 'hallpass-server/contract'
import { CommandError, exit } from '../command.js'
import { type Action, type Call, operatorCommand, type Told, whereHelp } from '../operator/action.js'
import { facts } from '../operator/subject.js'
import { moment } from '../operator/words.js'
import { type Paint, table } from '../paint.js'
import { printable } from '../printable.js'

const help = `Usage: hallpass clients list
       hallpass clients show <id>
       hallpass clients create --name NAME --grant GRANT... --audience AUDIENCE... [--scope SCOPE...] [--key FILE...]
       hallpass clients change <id> [--name NAME] [--grant GRANT...] [--audience AUDIENCE...] [--scope SCOPE...]
                                    [--key FILE...] [--disable | --enable]
       hallpass clients remove <id>
       hallpass clients add-secret <id>
       hallpass clients remove-secret <id> <secret's id>

The programs that may ask for tokens in their own name. A secret is shown once, when it is made.

Options:
  --name NAME          For people, such as "Orders".
  --grant GRANT        client_credentials, refresh_token, token-exchange or introspect; again for each.
  --audience AUDIENCE  A service it may have tokens for, such as https://invoices.example; again for each.
  --scope SCOPE        A word it may ask for, such as invoices.read; again for each.
  --key FILE           A public JWK to authenticate with instead of a secret; again for each.
  --disable, --enable  Whether it gets tokens.${whereHelp}
Examples:
  hallpass clients create --name Orders --grant client_credentials --audience https://invoices.example
  hallpass clients add-secret c_3fB0c9_-xYz --json
  hallpass clients --yes -- remove-secret c_3fB0c9_-xYz -axSelI     (an id that begins with "-" comes after "--")
`

const settings = ['name', 'grant', 'audience', 'scope', 'key']

const clientPath = (id = ''): string => `/admin/clients/${encodeURIComponent(id)}`

const actions: { readonly [name: string]: Action } = {
  list: {
    takes: [0, 0],
    async run({ api, paint }) {
      const answer = await api.ask<ClientsAnswer>('GET', '/admin/clients')
      return { answer, text: answer.clients.length === 0 ? 'No clients.\n' : clientsTable(answer.clients, paint) }
    },
  },
  show: {
    takes: [1, 1],
    async run({ api, words, paint }) {
      const answer = await api.ask<ClientAnswer>('GET', clientPath(words[0]))
      return { answer, text: clientFacts(answer.client, paint) }
    },
  },
  create: {
    takes: [0, 0],
    options: settings,
    async run({ api, options, paint }) {
      const answer = await api.ask<ClientSecretAnswer>('POST', '/admin/clients', settingsIn(options))
      return withSecret(answer, paint)
    },
  },
  change: {
    takes: [1, 1],
    options: [...settings, 'disable', 'enable'],
    async run({ api, words, options, paint }) {
      const { disable, enable } = options
      if (disable === true && enable === true)
        throw new CommandError(exit.misused, 'give one of --disable and --enable. Try: hallpass clients --help')
      const disabled = disable === true || enable === true ? { disabled: disable === true } : {}
      const changes = { ...settingsIn(options), ...disabled }
      if (Object.keys(changes).length === 0)
        throw new CommandError(exit.misused, 'say what to change. Try: hallpass clients --help')
      const answer = await api.ask<ClientAnswer>('PATCH', clientPath(words[0]), changes)
      return { answer, text: clientFacts(answer.client, paint) }
    },
  },
  remove: {
    takes: [1, 1],
    async run({ api, words, confirm }) {
      const { client } = await api.ask<ClientAnswer>('GET', clientPath(words[0]))
      await confirm(`This removes the client ${printable(client.name)}, for good.`)
      await api.ask('DELETE', clientPath(client.id))
      return { answer: { client }, text: `${printable(client.name)} is removed.\n` }
    },
  },
  'add-secret': {
    takes: [1, 1],
    async run({ api, words, paint }) {
      return withSecret(await api.ask<ClientSecretAnswer>('POST', `${clientPath(words[0])}/secrets`), paint)
    },
  },
  'remove-secret': {
    takes: [2, 2],
    async run({ api, words: [id, secret = ''], confirm, paint }) {
      const { client } = await api.ask<ClientAnswer>('GET', clientPath(id))
      await confirm(`This takes the secret ${printable(secret)} away from ${printable(client.name)}, for good.`)
      const path = `${clientPath(client.id)}/secrets/${encodeURIComponent(secret)}`
      const answer = await api.ask<ClientAnswer>('DELETE', path)
      return { answer, text: clientFacts(answer.client, paint) }
    },
  },
}

const several = { type: 'string', multiple: true } as const

export const command = operatorCommand('clients', help, actions, {
  ...{ name: { type: 'string' }, grant: several, audience: several, scope: several, key: several },
  ...{ disable: { type: 'boolean' }, enable: { type: 'boolean' } },
})

/** As the operator API takes them; what was not given is left out. */
function settingsIn({ name, grant, audience, scope, key }: Call['options']): object {
  return {
    ...(name === undefined ? {} : { name }),
    ...(grant === undefined ? {} : { grants: grant }),
    ...(audience === undefined ? {} : { audiences: audience }),
    ...(scope === undefined ? {} : { scopes: scope }),
    ...(key === undefined ? {} : { keys: (key as readonly string[]).map(keyIn) }),
  }
}

function keyIn(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new CommandError(exit.noInput, `cannot read the key from the file ${JSON.stringify(file)}: ${why}`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new CommandError(exit.data, `the file ${JSON.stringify(file)} holds no JWK: it is not JSON`)
  }
}

function withSecret(answer: ClientSecretAnswer, paint: Paint): Told {
  const { client, secret } = answer
  const shown =
    secret === null ? '' : `\n${paint.strong(printable(secret))}\nThis is its secret. It is not shown again.\n`
  return { answer, text: clientFacts(client, paint) + shown }
}

function clientsTable(clients: readonly ClientBody[], paint: Paint): string {
  const rows = clients.map(({ id, name, grants, audiences, disabledAt }) => [
    ...[id, name, grants.join(' '), audiences.join(' ') || '-'].map(printable),
    disabledAt === null ? '' : paint.bad('disabled'),
  ])
  return table(['CLIENT', 'NAME', 'GRANTS', 'AUDIENCES', ''], rows, paint)
}

function clientFacts(client: ClientBody, paint: Paint): string {
  const listed = (list: readonly string[]): string => (list.length === 0 ? 'none' : printable(list.join(', ')))
  const lines: (readonly [name: string, value: string])[] = [
    ['client', printable(client.id)],
    ['name', printable(client.name)],
    ['grants', listed(client.grants)],
    ['audiences', listed(client.audiences)],
    ['scopes', listed(client.scopes)],
    ['keys', listed(client.keys.map(({ kid = '' }) => kid))],
    ['secrets', listed(client.secrets.map(({ id }) => id))],
    ['since', moment(client.createdAt)],
  ]
  if (client.disabledAt !== null) lines.push(['disabled', paint.bad(moment(client.disabledAt))])
  return facts(lines, paint)
}
