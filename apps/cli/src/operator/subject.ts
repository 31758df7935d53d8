import { domainToASCII } from 'node:url'
import type { SessionBody, SubjectAnswer, SubjectsAnswer } from 'hallpass-server/contract'
import { CommandError, exit } from '../command.js'
import { type Paint, table } from '../paint.js'
import { printable } from '../printable.js'
import type { OperatorApi } from './api.js'
import { distance, moment } from './words.js'

/** Where a subject is in the operator API: what no path may hold in plain is in base64url. */
export function subjectPath(id: string): string {
  const fits = /^[\w@.|+-]+$/.test(id) && !/^\.+$/.test(id)
  return `/admin/subjects/${fits ? encodeURIComponent(id) : `~${Buffer.from(id).toString('base64url')}`}`
}

/** The subject of that id, or whose account has exactly that email. Errors: `CommandError`. */
export async function subjectNamed(api: OperatorApi, named: string): Promise<SubjectAnswer> {
  const email = emailIn(named)
  if (email !== null) {
    const { subjects } = await api.ask<SubjectsAnswer>('GET', `/admin/subjects?search=${encodeURIComponent(email)}`)
    const found = subjects.find(({ account }) => account?.email === email)
    if (found !== undefined) return api.ask('GET', subjectPath(found.id))
  }
  return api.ask<SubjectAnswer>('GET', subjectPath(named)).catch((error: unknown) => {
    const isMissing = error instanceof CommandError && error.exitCode === exit.no
    throw isMissing
      ? new CommandError(exit.no, `nobody has the ${email === null ? 'id' : 'email or id'} "${printable(named)}"`)
      : error
  })
}

/** As accounts are compared: lower case, the domain in its ASCII form. */
function emailIn(named: string): string | null {
  const [, local, domain] = /^([^@\s]+)@([^@\s]+)$/.exec(named) ?? []
  if (local === undefined || domain === undefined) return null
  return `${local.normalize('NFC').toLowerCase().normalize('NFC')}@${domainToASCII(domain)}`
}

/** What people call a subject. */
export function nameOf({ subject: { account, id } }: Pick<SubjectAnswer, 'subject'>): string {
  return printable(account === null ? id : account.email)
}

export function sessionsTable(sessions: readonly SessionBody[], paint: Paint, now: number): string {
  if (sessions.length === 0) return 'No sessions.\n'
  const rows = sessions.map(({ id, device, amr, createdAt, lastSeenAt }) => [
    ...[id, device.name ?? 'unknown device', device.network ?? '-', amr.join(' ') || '-'].map(printable),
    ...[moment(Date.parse(createdAt)), distance(Date.parse(lastSeenAt), now)],
  ])
  return table(['SESSION', 'DEVICE', 'NETWORK', 'METHOD', 'SIGNED IN', 'LAST SEEN'], rows, paint)
}

/** Names and values below each other. */
export function facts(lines: readonly (readonly [name: string, value: string])[], { soft }: Paint): string {
  const width = Math.max(...lines.map(([name]) => name.length)) + 2
  return lines.map(([name, value]) => `${soft(name.padEnd(width))}${value}\n`).join('')
}
