import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { OAuthError } from './errors.js'

/** The parameters of a request, each once and with a value. */
export type Form = ReadonlyMap<string, string>

/** Bytes: a token of 4 KiB, an assertion, and room. */
const longestForm = 16_384

/** Refuses longer bodies before anything of them is kept. */
export const limitForm: MiddlewareHandler = bodyLimit({
  maxSize: longestForm,
  onError: () => {
    throw new OAuthError('invalid_request', 'The body is too large.', { status: 413 })
  },
})

/**
 * The body as a form (RFC 6749, section 3.2): a parameter without a value counts as left out, one that comes twice is
 * refused. The query of the address is not looked at.
 */
export async function readForm(c: Context): Promise<Form> {
  if (!isForm(c.req.header('content-type') ?? ''))
    throw new OAuthError('invalid_request', 'Send a form: application/x-www-form-urlencoded.')
  const form = new Map<string, string>()
  const seen = new Set<string>()
  for (const pair of (await c.req.text()).split('&')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? []
    const [field, content] = [formDecoded(name), formDecoded(value)]
    if (field === null || content === null) throw new OAuthError('invalid_request', 'The form is not in UTF-8.')
    if (field !== '' && seen.has(field)) throw new OAuthError('invalid_request', 'A parameter comes twice.')
    seen.add(field)
    if (content !== '') form.set(field, content)
  }
  return form
}

export function required(form: Form, name: string): string {
  const value = form.get(name)
  if (value === undefined) throw new OAuthError('invalid_request', `The parameter ${name} is missing.`)
  return value
}

/** One name or value of a form; null where its bytes are not text that everybody reads alike. */
export function formDecoded(text: string): string | null {
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '))
    return /[\p{Control}\p{Surrogate}\ufffd]/u.test(decoded) ? null : decoded
  } catch {
    return null
  }
}

/** Another charset is another type. */
function isForm(contentType: string): boolean {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase())
  return (
    type === 'application/x-www-form-urlencoded' &&
    parameters.every((parameter) => !parameter.startsWith('charset=') || /^charset="?utf-8"?$/.test(parameter))
  )
}
