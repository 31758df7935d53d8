import type { SubjectAnswer } from 'hallpass-server/contract'

/** What people call a subject. */
export function nameOf({ subject: { account, id } }: SubjectAnswer): string {
  return account?.email ?? id
}
