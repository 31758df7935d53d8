import type { ReceiptAnswer, SubjectSessionAnswer } from 'hallpass-server/contract'
import { type Action, operatorCommand, whereHelp } from '../operator/action.js'
import { facts, nameOf, sessionsTable, subjectNamed } from '../operator/subject.js'
import { distance, moment, receiptSentence } from '../operator/words.js'
import { printable } from '../printable.js'

const help = `Usage: hallpass sessions list <subject or email>
       hallpass sessions get <id>
       hallpass sessions revoke <id>
       hallpass sessions revoke-everything

Shows where people are signed in, and ends sessions: one that has ended is believed nowhere any more when this answers.
"revoke-everything" ends every session of everybody.

Options:${whereHelp}
Examples:
  hallpass sessions list anna@example.com
  hallpass sessions revoke 3fB0c9_-xYz... --yes --json
`

const sessionPath = (id = ''): string => `/admin/sessions/${encodeURIComponent(id)}`

const actions: { readonly [name: string]: Action } = {
  list: {
    takes: [1, 1],
    async run({ api, words, paint, now }) {
      const answer = await subjectNamed(api, words[0]!)
      const { sessions, subject } = answer
      const more = subject.sessions - sessions.length
      const rest = more > 0 ? `${more} more are not shown.\n` : ''
      return { answer: { sessions }, text: sessionsTable(sessions, paint, now) + rest }
    },
  },
  get: {
    takes: [1, 1],
    async run({ api, words, paint, now }) {
      const answer = await api.ask<SubjectSessionAnswer>('GET', sessionPath(words[0]))
      const { session, subject } = answer
      const time = (iso: string): string => `${moment(Date.parse(iso))} (${distance(Date.parse(iso), now)})`
      const lines = [
        ['session', printable(session.id)],
        ['of', subject.account === null ? printable(subject.id) : `${nameOf({ subject })} (${printable(subject.id)})`],
        ['device', printable(session.device.name ?? 'unknown')],
        ['network', printable(session.device.network ?? 'unknown')],
        ['method', printable(session.amr.join(' ')) || 'unknown'],
        ['signed in', time(session.createdAt)],
        ['last proof', time(session.authenticatedAt)],
        ['last seen', time(session.lastSeenAt)],
        ['ends', time(session.expiresAt)],
      ] as const
      return { answer, text: facts(lines, paint) }
    },
  },
  revoke: {
    takes: [1, 1],
    async run({ api, words, confirm }) {
      const { session, subject } = await api.ask<SubjectSessionAnswer>('GET', sessionPath(words[0]))
      const device = printable(session.device.name ?? 'an unknown device')
      await confirm(`This signs ${nameOf({ subject })} out on ${device}.`)
      const answer = await api.ask<ReceiptAnswer>('POST', `${sessionPath(session.id)}/revoke`)
      return { answer, text: `The session is over. ${receiptSentence(answer.receipt)}\n` }
    },
  },
  'revoke-everything': {
    takes: [0, 0],
    async run({ api, confirm }) {
      await confirm('This signs everybody out, everywhere.', 'everything')
      const answer = await api.ask<ReceiptAnswer>('POST', '/admin/revoke-everything', { confirm: 'everything' })
      return { answer, text: `Everybody is signed out. ${receiptSentence(answer.receipt)}\n` }
    },
  },
}

export const command = operatorCommand('sessions', help, actions)
