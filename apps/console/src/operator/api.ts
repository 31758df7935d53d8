import { Refusal, refusalOf } from 'hallpass/browser'
import type {
  ChartsAnswer,
  ClientAnswer,
  ClientBody,
  ClientsAnswer,
  ClientSecretAnswer,
  EventsAnswer,
  HealthAnswer,
  KeysAnswer,
  MembersAnswer,
  OperatorAnswer,
  PolicyAnswer,
  ReceiptAnswer,
  RehearsalAnswer,
  SubjectAndReceiptAnswer,
  SubjectAnswer,
  SubjectsAnswer,
} from 'hallpass-server/contract'
import { client } from '../client'
import { segmentOf } from './addresses'

/** What a new client is to be. */
export type NewClient = Pick<ClientBody, 'name' | 'grants' | 'audiences' | 'scopes'> & {
  /** Public JWKs, as somebody wrote them; none for a secret. */
  readonly keys: readonly unknown[]
}

/** The operator API, as the contract has it. Errors: `Refusal`, or what `fetch` throws. */
export const api = {
  operator: () => ask<OperatorAnswer>('GET', '/admin/operator'),
  health: () => ask<HealthAnswer>('GET', '/admin/health'),
  charts: (minutes: number) => ask<ChartsAnswer>('GET', `/admin/charts?minutes=${minutes}`),
  members: () => ask<MembersAnswer>('GET', '/admin/members'),
  policy: () => ask<PolicyAnswer>('GET', '/admin/policy'),
  events: (query: { readonly [name: string]: string }) =>
    ask<EventsAnswer>('GET', `/admin/events?${new URLSearchParams(query)}`),

  subjects: (search: string, after: string | null) =>
    ask<SubjectsAnswer>(
      'GET',
      `/admin/subjects?${new URLSearchParams({ search, ...(after === null ? {} : { after }) })}`,
    ),
  subject: (id: string) => ask<SubjectAnswer>('GET', subjectAt(id)),
  setRoles: (id: string, roles: readonly string[]) => ask<SubjectAnswer>('PUT', `${subjectAt(id)}/roles`, { roles }),
  disable: (id: string) => ask<SubjectAndReceiptAnswer>('POST', `${subjectAt(id)}/disable`),
  enable: (id: string) => ask<SubjectAnswer>('POST', `${subjectAt(id)}/enable`),
  endSession: (id: string) => ask<ReceiptAnswer>('POST', `/admin/sessions/${encodeURIComponent(id)}/revoke`),
  endSessionsOf: (id: string) => ask<SubjectAndReceiptAnswer>('POST', `${subjectAt(id)}/end`),
  endEverySession: () => ask<ReceiptAnswer>('POST', '/admin/revoke-everything', { confirm: 'everything' }),

  keys: () => ask<KeysAnswer>('GET', '/admin/keys'),
  rehearsal: () => ask<RehearsalAnswer>('GET', '/admin/keys/rehearsal'),
  rotate: () => ask<KeysAnswer>('POST', '/admin/keys/rotate'),
  revokeKey: (kid: string) => ask<ReceiptAnswer>('POST', `/admin/keys/${encodeURIComponent(kid)}/revoke`),

  clients: () => ask<ClientsAnswer>('GET', '/admin/clients'),
  createClient: (settings: NewClient) => ask<ClientSecretAnswer>('POST', '/admin/clients', settings),
  setDisabled: (id: string, disabled: boolean) => ask<ClientAnswer>('PATCH', clientAt(id), { disabled }),
  addSecret: (id: string) => ask<ClientSecretAnswer>('POST', `${clientAt(id)}/secrets`),
  removeSecret: (id: string, secret: string) =>
    ask<ClientAnswer>('DELETE', `${clientAt(id)}/secrets/${encodeURIComponent(secret)}`),
}

function subjectAt(id: string): string {
  return `/admin/subjects/${segmentOf(id)}`
}

function clientAt(id: string): string {
  return `/admin/clients/${encodeURIComponent(id)}`
}

async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const send = async (): Promise<Answer> => {
    const answer = await client.fetch(path, { method, ...sent })
    if (!answer.ok) throw await refusalOf(answer)
    return (await answer.json()) as Answer
  }
  try {
    return await send()
  } catch (error) {
    // this is what a request without credentials is told: the cookie may have expired, and who can refresh is still signed in
    const nobody = error instanceof Refusal && error.code === 'operator-key-required'
    if (!nobody || (await client.session()) === null) throw error
    return send()
  }
}
