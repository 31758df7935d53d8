import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { SubjectsAnswer } from '#src/admin/contract.js'
import { record } from '../record.js'
import type { Person } from './visitor.js'

/** A key for a server whose accounts are to become operators. */
export function drawnOperatorKey(): string {
  const key = randomBytes(32).toString('base64url')
  record({ root: key })
  return key
}

/** Makes an account that exists already an operator. */
export async function grantOperator(origin: string, operatorKey: string, { email }: Person): Promise<void> {
  const headers = { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' }
  const found = await fetch(`${origin}/admin/subjects?search=${encodeURIComponent(email)}`, { headers })
  const { subjects } = (await found.json()) as SubjectsAnswer
  const [subject] = subjects
  assert.ok(subject !== undefined)
  const address = `${origin}/admin/subjects/${encodeURIComponent(subject.id)}/roles`
  const answer = await fetch(address, { method: 'PUT', headers, body: JSON.stringify({ roles: ['operator'] }) })
  assert.equal(answer.status, 200, await answer.text())
}
