import type { Header, PlainRequest } from './request.js'

const secretName =
  /(?:^|[-_])(?:auth|authorization|cookie2?|token|key|apikey|secret|csrf|xsrf|session|password|signature|assertion)(?:$|[-_])/i

/** What stands in the place of a secret. No header may hold it: what was masked cannot be sent by mistake. */
export const masked = '•••'

/** Headers for showing, without what could be presented as a credential; schemes and the names of cookies stay. */
export function maskSecrets(headers: readonly Header[]): readonly Header[] {
  return headers.map(([name, value]) => [name, secretName.test(name) ? maskedValue(name.toLowerCase(), value) : value])
}

function maskedValue(name: string, value: string): string {
  if (value === '') return ''
  if (name === 'cookie') return value.split(';').map(maskedPair).join(';')
  if (name === 'set-cookie') return value.replace(/^[^;]*/, maskedPair)
  const [scheme = ''] = name.endsWith('authorization') ? (/^[A-Za-z][\w-]* +(?=.)/.exec(value) ?? []) : []
  return scheme + masked
}

function maskedPair(pair: string): string {
  const equals = pair.indexOf('=')
  return equals === -1 ? masked : pair.slice(0, equals + 1) + (pair.length > equals + 1 ? masked : '')
}

const secretMember = /pass|secret|token|assertion|credential|code|key/i

/** A request for showing and keeping: headers, and members of its query and body, without what could be presented. */
export function maskRequest({ method, url, headers, body }: PlainRequest): PlainRequest {
  const [, address = url, query, fragment = ''] = /^([^?#]*)\?([^#]*)(.*)$/s.exec(url) ?? []
  return {
    method,
    url: query === undefined ? url : `${address}?${maskedForm(query)}${fragment}`,
    headers: maskSecrets(headers),
    body: body === null ? null : maskedBody(body),
  }
}

/** What is neither JSON nor a form, and speaks of secrets, is masked as a whole. */
function maskedBody(body: string): string {
  if (/^\s*[{[]/.test(body)) return maskedJson(body)
  if (/^[^\s=&]+=/.test(body)) return maskedForm(body)
  return secretMember.test(body) ? masked : body
}

/** In the text, so that all else of it stays as it was written: numbers, order, white space. */
function maskedJson(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*"\s*:\s*)(?:"(?:[^"\\]|\\.)+"|\[[^\]]*\])/g, (member, before: string) =>
    secretMember.test(before) ? `${before}"${masked}"` : member,
  )
}

function maskedForm(form: string): string {
  return form.replace(/(^|&)([^=&]*)=([^&]+)/g, (pair: string, before: string, name: string) =>
    secretMember.test(name) ? `${before}${name}=${masked}` : pair,
  )
}
