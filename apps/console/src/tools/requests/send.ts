import type { Header, PlainRequest } from 'hallpass/inspect'
import type { RelayBody } from 'hallpass-server/contract'
import { strings } from '../../strings/requests'
import { type Draft, requestOf } from './draft'
import { type Outcome, type Reach, sendByPage, sendByServer } from './senders'

/** Sends what stands in the form, with the double-submit token of its cookies where it asks for that. Errors: those of `sendByServer`. */
export async function send(draft: Draft, reach: Reach, confirmed?: RelayBody['confirmed']): Promise<Outcome> {
  const request = requestOf(draft)
  const { is } = draft.credential
  const through = (one: PlainRequest): Promise<Outcome> =>
    reach.is === 'relay' ? sendByServer(one, confirmed) : sendByPage(one, is === 'cookie' || is === 'token')
  if (is !== 'token' || !URL.canParse(request.url)) return through(request)
  const cookies = request.headers.filter(([name]) => name === 'Cookie')
  const asked = await through({
    method: 'GET',
    url: new URL('/auth/csrf', request.url).href,
    headers: cookies,
    body: null,
  })
  if (asked.outcome !== 'answered') return asked
  const token = tokenIn(asked.answered.body)
  if (token === null) return { outcome: 'failed', problem: strings.credentials.noToken }
  const header: Header = ['Hallpass-CSRF', token]
  return through({ ...request, headers: [...request.headers, header] })
}

function tokenIn(body: Uint8Array): string | null {
  try {
    const { token } = JSON.parse(new TextDecoder().decode(body)) as { readonly token?: unknown }
    return typeof token === 'string' ? token : null
  } catch {
    return null
  }
}
