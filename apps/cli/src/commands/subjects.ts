import type { SubjectAndReceiptAnswer, SubjectAnswer, SubjectBody, SubjectsAnswer } from 'hallpass-server/contract'
import { type Action, type Call, operatorCommand, type Told, whereHelp } from '../operator/action.js'
import { facts, nameOf, sessionsTable, subjectNamed, subjectPath } from '../operator/subject.js'
import { distance, moment, receiptSentence } from '../operator/words.js'
import { type Paint, table } from '../paint.js'
import { printable } from '../printable.js'

const help = `Usage: hallpass subjects search [beginning of an email or id, or the id of a session] [--after CURSOR]
       hallpass subjects show <id or email>
       hallpass subjects end <id or email>
       hallpass subjects disable <id or email>
       hallpass subjects enable <id or email>
       hallpass subjects grant <id or email> <role>
       hallpass subjects revoke-role <id or email> <role>

Finds people, ends all of their sessions, keeps them out or lets them in again, and gives or takes roles. Whoever has the
role "operator" may use the console at /console. What tokens say of roles is stale at once.

Options:
  --after CURSOR  The page of a search after the one that named it.${whereHelp}
Examples:
  hallpass subjects grant anna@example.com operator
  hallpass subjects disable anna@example.com --yes
`

const actions: { readonly [name: string]: Action } = {
  search: {
    takes: [0, 1],
    options: ['after'],
    async run({ api, words: [text = ''], options, paint, now }) {
      const after = options['after']
      const query = new URLSearchParams({ search: text, ...(typeof after === 'string' ? { after } : {}) })
      const answer = await api.ask<SubjectsAnswer>('GET', `/admin/subjects?${query.toString()}`)
      const { subjects, next } = answer
      const more =
        next === null ? '' : paint.soft(`More: hallpass subjects search ${quoted(text)} --after ${printable(next)}\n`)
      return { answer, text: (subjects.length === 0 ? 'Nobody.\n' : subjectsTable(subjects, paint, now)) + more }
    },
  },
  show: {
    takes: [1, 1],
    async run({ api, words, paint, now }) {
      const answer = await subjectNamed(api, words[0]!)
      return { answer, text: `${subjectFacts(answer.subject, paint)}\n${sessionsTable(answer.sessions, paint, now)}` }
    },
  },
  end: {
    takes: [1, 1],
    run: (call) => ended(call, 'end', 'This signs % out everywhere.', '% is signed out everywhere.'),
  },
  disable: {
    takes: [1, 1],
    run: (call) =>
      ended(call, 'disable', 'This signs % out everywhere and keeps them out.', '% is signed out and stays out.'),
  },
  enable: {
    takes: [1, 1],
    async run({ api, words }) {
      const named = await subjectNamed(api, words[0]!)
      const answer = await api.ask<SubjectAnswer>('POST', `${subjectPath(named.subject.id)}/enable`)
      return { answer, text: `${nameOf(named)} may sign in again.\n` }
    },
  },
  grant: {
    takes: [2, 2],
    run: (call) => withRoles(call, (roles, role) => [...roles.filter((one) => one !== role), role]),
  },
  'revoke-role': {
    takes: [2, 2],
    run: (call) => withRoles(call, (roles, role) => roles.filter((one) => one !== role)),
  },
}

export const command = operatorCommand('subjects', help, actions, { after: { type: 'string' } })

async function ended({ api, words, confirm }: Call, how: string, question: string, said: string): Promise<Told> {
  const named = await subjectNamed(api, words[0]!)
  const name = nameOf(named)
  await confirm(question.replace('%', () => name))
  const answer = await api.ask<SubjectAndReceiptAnswer>('POST', `${subjectPath(named.subject.id)}/${how}`)
  return { answer, text: `${said.replace('%', () => name)} ${receiptSentence(answer.receipt)}\n` }
}

async function withRoles(
  { api, words: [who = '', role = ''] }: Call,
  change: (roles: readonly string[], role: string) => readonly string[],
): Promise<Told> {
  const named = await subjectNamed(api, who)
  const roles = change(named.subject.account?.roles ?? [], role)
  const answer = await api.ask<SubjectAnswer>('PUT', `${subjectPath(named.subject.id)}/roles`, { roles })
  const has = answer.subject.account?.roles ?? []
  return { answer, text: `${nameOf(named)} has ${has.length === 0 ? 'no role' : printable(has.join(', '))}.\n` }
}

function subjectsTable(subjects: readonly SubjectBody[], paint: Paint, now: number): string {
  const rows = subjects.map(({ id, account, sessions, lastSeenAt }) => [
    ...[printable(id), printable(account?.email ?? '-'), printable(account?.roles.join(' ') ?? '') || '-'],
    ...[String(sessions), lastSeenAt === null ? '-' : distance(Date.parse(lastSeenAt), now)],
    account !== null && account.disabledAt !== null ? paint.bad('disabled') : '',
  ])
  return table(['SUBJECT', 'EMAIL', 'ROLES', 'SESSIONS', 'LAST SEEN', ''], rows, paint)
}

function subjectFacts({ id, account, sessions }: SubjectBody, paint: Paint): string {
  const time = (iso: string): string => moment(Date.parse(iso))
  const ofAccount =
    account === null
      ? [['account', 'none here'] as const]
      : [
          ['email', printable(account.email)] as const,
          ['since', time(account.createdAt)] as const,
          ['roles', printable(account.roles.join(', ')) || 'none'] as const,
          ...(account.disabledAt === null ? [] : [['disabled', paint.bad(time(account.disabledAt))] as const]),
        ]
  return facts([['subject', printable(id)], ...ofAccount, ['sessions', String(sessions)]], paint)
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
