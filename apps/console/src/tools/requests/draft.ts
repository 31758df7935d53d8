import { type Header, masked, type PlainRequest } from 'hallpass/inspect'

export interface Row {
  /** So that a row keeps its fields when one before it goes. */
  readonly id: number
  readonly name: string
  readonly value: string
}

/** How the request is authenticated; `token`: by cookies, with the double-submit token that belongs to them. */
export interface Credential {
  readonly is: 'none' | 'bearer' | 'cookie' | 'token'
  readonly bearer: string
  readonly cookies: string
}

/** A request as it stands in the form. */
export interface Draft {
  readonly method: string
  readonly url: string
  readonly rows: readonly Row[]
  readonly credential: Credential
  readonly body: string
}

export const noCredential: Credential = { is: 'none', bearer: '', cookies: '' }

let lastRow = 0

export function row(name: string, value: string): Row {
  lastRow += 1
  return { id: lastRow, name, value }
}

/** The request of the form, but for a double-submit token: that is fetched when it is sent. */
export function requestOf({ method, url, rows, credential, body }: Draft): PlainRequest {
  const { is, bearer, cookies } = credential
  const own: readonly Header[] = rows.filter(({ name, value }) => name !== '' || value !== '').map(named)
  const added: Header[] = []
  if (is === 'bearer' && bearer !== '') added.push(['Authorization', `Bearer ${bearer.trim()}`])
  if ((is === 'cookie' || is === 'token') && cookies !== '') added.push(['Cookie', cookies.trim()])
  return { method, url: url.trim(), headers: [...own, ...added], body: body === '' ? null : body }
}

function named({ name, value }: Row): Header {
  return [name.trim(), value.trim()]
}

/** The form for a request: credentials go to where credentials are. */
export function draftOf({ method, url, headers, body }: PlainRequest): Draft {
  const bearer = headers.find(([name, value]) => isNamed(name, 'authorization') && /^bearer /i.test(value))
  const cookies = bearer === undefined ? headers.filter(([name]) => isNamed(name, 'cookie')) : []
  const taken: readonly Header[] = bearer === undefined ? cookies : [bearer]
  const credential: Credential = {
    is: bearer === undefined ? (cookies.length === 0 ? 'none' : 'cookie') : 'bearer',
    bearer: bearer?.[1].replace(/^bearer +/i, '') ?? '',
    cookies: cookies.map(([, value]) => value).join('; '),
  }
  const rows = headers.filter((header) => !taken.includes(header)).map(([name, value]) => row(name, value))
  return { method, url, rows, credential, body: body ?? '' }
}

function isNamed(name: string, lowerCase: string): boolean {
  return name.toLowerCase() === lowerCase
}

/** A kept request for the form again: what was masked is to be put in anew. */
export function takenUp(request: PlainRequest): Draft {
  const { rows, credential, ...draft } = draftOf(request)
  const blank = (text: string): string => text.replaceAll(masked, '')
  return {
    ...draft,
    url: blank(draft.url),
    body: blank(draft.body),
    rows: rows.map((one) => ({ ...one, value: blank(one.value) })),
    credential: { is: credential.is, bearer: '', cookies: '' },
  }
}
