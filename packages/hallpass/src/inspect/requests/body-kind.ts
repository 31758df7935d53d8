export type BodyKind = 'empty' | 'json' | 'form' | 'html' | 'text' | 'binary'

/** What a body is, by what its `Content-Type` says and by its bytes: what is no text is binary, whatever is said of it. */
export function kindOfBody(contentType: string | null, bytes: Uint8Array): BodyKind {
  if (bytes.length === 0) return 'empty'
  const text = textIn(bytes)
  if (text === null) return 'binary'
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (/^(?:application|text)\/(?:[\w.-]+\+)?json$/.test(type)) return 'json'
  if (type === 'application/x-www-form-urlencoded') return 'form'
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html'
  if (type !== '' && type !== 'text/plain' && type !== 'application/octet-stream') return 'text'
  if (/^\s*(?:<!doctype html|<html)/i.test(text)) return 'html'
  return /^\s*[{[]/.test(text) && isJson(text) ? 'json' : 'text'
}

/** The text that bytes are in UTF-8, a character that was cut off at the end left out; null where they are none. */
export function textIn(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
