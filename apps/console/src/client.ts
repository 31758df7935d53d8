import { createClient, refusalOf } from 'hallpass/browser'

export const client = createClient()

/** Sends JSON. Errors: `Refusal`, or what `fetch` throws. */
export async function post(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await client.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw await refusalOf(answer)
}
