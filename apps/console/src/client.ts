import { createClient, refusalOf } from 'hallpass/browser'
import type { AccountAnswer } from 'hallpass-server/contract'

export const client = createClient()

/** Sends JSON. Errors: `Refusal`, or what `fetch` throws. */
export async function post(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await client.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw await refusalOf(answer)
}

/** The account of whoever is signed in; null for a subject without one. Errors: as above. */
export async function ownAccount(): Promise<AccountAnswer['account'] | null> {
  const answer = await client.fetch('/auth/account')
  if (answer.status === 404) return null
  if (!answer.ok) throw await refusalOf(answer)
  return ((await answer.json()) as AccountAnswer).account
}

/** Why nobody is signed in here: the code of the refusal, that of the refresh where one was tried; null with a session. */
export async function refusalCode(): Promise<string | null> {
  const answer = await client.fetch('/auth/session')
  return answer.ok ? null : (await refusalOf(answer)).code
}
