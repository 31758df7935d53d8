import type { AccountRecord, AccountStore, Hallpass } from 'hallpass'
import { readEmail } from '../accounts/email.js'

/** Where a page of the search ended: among the emails or, when those are through, among the ids. */
export type Place = readonly [among: 'emails' | 'ids', after: string]

export interface FoundSubject {
  readonly id: string
  readonly account: AccountRecord | null
}

export interface SearchPage {
  readonly subjects: readonly FoundSubject[]
  readonly next: Place | null
}

export interface SearchParts {
  readonly auth: Pick<Hallpass, 'sessions' | 'subjects'>
  readonly accounts: AccountStore
}

const sessionIdForm = /^[0-9a-f]{2}[A-Za-z0-9_-]{22}$/

/** Subjects on one page. */
export const pageSize = 25
/** Ids looked at for one page: with an email that was listed before, most of them may be known. */
const mostLookedAt = 200

/**
 * Whose email begins with the text, then whose id does, each of them once; or the one who has the session of that id.
 * A page may have less than there is room for, and still not be the last.
 */
export async function searchSubjects(parts: SearchParts, text: string, after: Place | null): Promise<SearchPage> {
  const { auth, accounts } = parts
  if (after === null && sessionIdForm.test(text)) {
    const session = await auth.sessions.get(text)
    if (session !== null) {
      const { subject: id } = session
      return { subjects: [{ id, account: await accounts.find(id) }], next: null }
    }
  }
  const prefix = emailPrefix(text)
  if (after?.[0] === 'ids') return amongIds(parts, text, prefix, after[1], pageSize)
  const found = await accounts.search({ prefix, after: after?.[1] ?? null, limit: pageSize + 1 })
  const subjects = found.slice(0, pageSize).map((account) => ({ id: account.id, account }))
  if (found.length > pageSize) return { subjects, next: ['emails', found[pageSize - 1]!.email] }
  const exact = await accounts.find(text)
  if (exact !== null && !exact.email.startsWith(prefix)) subjects.push({ id: exact.id, account: exact })
  const rest = await amongIds(parts, text, prefix, null, pageSize - subjects.length)
  return { subjects: [...subjects, ...rest.subjects], next: rest.next }
}

/** Subjects with sessions whose id begins with the text and who were not listed before. */
async function amongIds(
  { auth, accounts }: SearchParts,
  text: string,
  prefix: string,
  after: string | null,
  room: number,
): Promise<SearchPage> {
  const subjects: FoundSubject[] = []
  let last = after
  for (let looked = 0; looked < mostLookedAt; looked += pageSize) {
    const ids = await auth.subjects.search({ prefix: text, after: last, limit: pageSize })
    const found = await Promise.all(ids.map(async (id) => ({ id, account: await accounts.find(id) })))
    for (const subject of found) {
      const { id, account } = subject
      const wasListed = account !== null && (account.email.startsWith(prefix) || id === text)
      if (!wasListed) {
        if (subjects.length >= room) return { subjects, next: ['ids', last ?? ''] }
        subjects.push(subject)
      }
      last = id
    }
    if (ids.length < pageSize) return { subjects, next: null }
  }
  return { subjects, next: ['ids', last ?? ''] }
}

/** What emails that begin with it are compared by: the same one spelling, as far as a part of an address has one. */
function emailPrefix(text: string): string {
  const reading = readEmail(text)
  return reading.ok ? reading.email : text.normalize('NFC').toLowerCase().normalize('NFC')
}
