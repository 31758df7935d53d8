import { type CurlOption, curlOption } from './curl-options.js'
import { hasHeader, type Header, type PlainRequest } from './request.js'
import { Misread, shellWords, type Word } from './shell-words.js'

/** A place in a text, both counted from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

export type CurlReading =
  | {
      readonly ok: true
      readonly request: PlainRequest
      /** What the command asks for beside the request, and what becomes of it. */
      readonly notes: readonly { readonly option: string; readonly said: string; readonly place: Place }[]
    }
  | { readonly ok: false; readonly problem: string; readonly place: Place }

/**
 * The request that a command for curl would send, as a POSIX shell and curl read it. Nothing is run, and no file is read: what needs
 * either is a problem, and so is what is not known, with its place.
 */
export function fromCurl(text: string): CurlReading {
  const place = (at: number): Place => {
    const before = text.slice(0, at).split('\n')
    return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
  }
  try {
    const asked = readOptions(shellWords(text.replace(/^(\s*)\$ /, '$1  ')))
    const notes = asked.notes.map(({ option, said, at }) => ({ option, said, place: place(at) }))
    return { ok: true, request: requestOf(asked), notes }
  } catch (error) {
    if (error instanceof Misread) return { ok: false, problem: error.message, place: place(error.at) }
    throw error
  }
}

/** What the options of one command say, in their order. */
interface Asked {
  readonly urls: Word[]
  readonly headers: Header[]
  /** Headers that curl is told not to write by itself, in lower case. */
  readonly without: Set<string>
  /** Headers that curl writes by itself, unless one of that name is given. */
  readonly implied: Header[]
  readonly data: string[]
  readonly notes: { readonly option: string; readonly said: string; readonly at: number }[]
  readonly flags: Set<string>
  method: string | null
  /** Where the command ends or asks for what contradicts itself. */
  at: number
}

function readOptions(words: readonly Word[]): Asked {
  const [command, ...rest] = words
  if (command === undefined) throw new Misread('There is no command here.', 0)
  if (!/^(?:.*\/)?curl(?:\.exe)?$/.test(command.text)) throw new Misread('The command is not curl.', command.at)
  const asked: Asked = {
    ...{ urls: [], headers: [], without: new Set(), implied: [], data: [], notes: [], flags: new Set() },
    ...{ method: null, at: command.at },
  }
  const left = rest.values()
  let onlyUrls = false
  for (const word of left) {
    if (onlyUrls || !/^-./.test(word.text)) asked.urls.push(word)
    else if (word.text === '--') onlyUrls = true
    else for (const { option, name, value, at } of optionsIn(word, left)) apply(asked, option, name, value, at)
  }
  return asked
}

interface Given {
  readonly option: CurlOption
  readonly name: string
  readonly value: string
  readonly at: number
}

/** One long option, or the short ones that stand together, with the value of the last. */
function optionsIn(word: Word, left: Iterator<Word>): readonly Given[] {
  const given: Given[] = []
  const isLong = word.text.startsWith('--')
  for (let index = isLong ? 0 : 1; index < word.text.length; index += 1) {
    const name = isLong ? word.text : `-${word.text[index]}`
    const option = curlOption(name)
    const at = word.at + (index <= 1 ? 0 : index)
    if (option === null) throw new Misread(`"${name}" is not understood.`, at)
    if (!option.takesValue) {
      given.push({ option, name, value: '', at })
      if (isLong) break
      continue
    }
    const attached = isLong ? '' : word.text.slice(index + 1)
    const next = attached === '' ? left.next() : null
    if (next?.done === true) throw new Misread(`"${name}" has no value.`, at)
    given.push({
      option,
      name,
      value: next === null ? attached : next.value.text,
      at: next === null ? at : next.value.at,
    })
    break
  }
  return given
}

function apply(asked: Asked, option: CurlOption, name: string, value: string, at: number): void {
  switch (option.means) {
    case 'method':
      asked.method = value
      return
    case 'url':
      asked.urls.push({ text: value, at })
      return
    case 'header':
      return addHeader(asked, name, value, at)
    case 'data':
      refuseFile(value, at)
      addData(asked, '&', value)
      return void asked.implied.push(['Content-Type', 'application/x-www-form-urlencoded'])
    case 'data-raw':
      addData(asked, '&', value)
      return void asked.implied.push(['Content-Type', 'application/x-www-form-urlencoded'])
    case 'data-urlencode':
      addData(asked, '&', urlEncoded(value, at))
      return void asked.implied.push(['Content-Type', 'application/x-www-form-urlencoded'])
    case 'json':
      refuseFile(value, at)
      addData(asked, '', value)
      return void asked.implied.push(['Content-Type', 'application/json'], ['Accept', 'application/json'])
    case 'cookie':
      if (!value.includes('=')) throw new Misread('This is the name of a file with cookies, and no file is read.', at)
      return void asked.implied.push(['Cookie', value])
    case 'user':
      if (!value.includes(':')) throw new Misread('curl would ask for the password. Write "name:password".', at)
      return void asked.implied.push(['Authorization', `Basic ${base64(value)}`])
    case 'agent':
      return void asked.implied.push(['User-Agent', value])
    case 'referer':
      return void asked.implied.push(['Referer', value])
    case 'flag':
      asked.flags.add(option.flag)
      if (option.flag === 'head') asked.at = at
      break
    case 'nothing':
  }
  if (option.note !== undefined) asked.notes.push({ option: name, said: option.note, at })
}

function addHeader(asked: Asked, option: string, value: string, at: number): void {
  refuseFile(value, at)
  const [, name = '', sign, rest = ''] = /^([^:;]*)([:;])(.*)$/s.exec(value) ?? []
  const content = rest.trim()
  if (sign === ':' && content !== '') asked.headers.push([name.trim(), content])
  else if (sign === ':') asked.without.add(name.trim().toLowerCase())
  else if (sign === ';' && content === '') asked.headers.push([name.trim(), ''])
  else asked.notes.push({ option, said: 'It has no colon, so curl leaves it out.', at })
}

function addData({ data }: Asked, between: '&' | '', value: string): void {
  data.push(data.length === 0 ? value : between + value)
}

function refuseFile(value: string, at: number): void {
  if (value.startsWith('@')) throw new Misread('This names a file, and no file is read. Put in what it holds.', at)
}

/** `content`, `=content` and `name=content`; the forms with "@" name files. */
function urlEncoded(value: string, at: number): string {
  const [, name = '', sign, content = ''] = /^([^=@]*)([=@])(.*)$/s.exec(value) ?? []
  if (sign === '@') throw new Misread('This names a file, and no file is read. Put in what it holds.', at)
  if (sign === undefined) return encoded(value)
  return name === '' ? encoded(content) : `${name}=${encoded(content)}`
}

/** As curl does it: everything but what is unreserved (RFC 3986, section 2.3). */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

function requestOf(asked: Asked): PlainRequest {
  const { headers, data, flags, method } = asked
  const content = data.length === 0 ? null : data.join('')
  const inAddress = flags.has('get')
  if (flags.has('head') && content !== null && !inAddress)
    throw new Misread('curl sends either a body or asks for headers alone.', asked.at)
  const body = inAddress ? null : content
  return {
    method: method ?? (flags.has('head') ? 'HEAD' : body === null ? 'GET' : 'POST'),
    url: withQuery(oneUrl(asked), inAddress ? content : null),
    headers: [...headers, ...impliedHeaders(asked, body !== null)],
    body,
  }
}

function oneUrl({ urls, flags, at }: Asked): string {
  const [url, second] = urls
  if (url === undefined) throw new Misread('The command names no address.', at)
  if (second !== undefined) throw new Misread('This is a second address. One request is read.', second.at)
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(url.text) ? url.text : `http://${url.text}`
  const withoutHost = address.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '')
  if (flags.has('globoff') || !/[[\]{}]/.test(withoutHost)) return address
  throw new Misread('curl would take the brackets for a pattern of many addresses. Add --globoff to mean them.', url.at)
}

function withQuery(url: string, query: string | null): string {
  if (query === null) return url
  const [, address = url, fragment = ''] = /^([^#]*)(.*)$/s.exec(url) ?? []
  return `${address}${address.includes('?') ? '&' : '?'}${query}${fragment}`
}

function impliedHeaders({ headers, implied, without, flags }: Asked, hasBody: boolean): readonly Header[] {
  const cookies = implied.filter(([name]) => name === 'Cookie').map(([, value]) => value)
  const last = new Map(implied.filter(([name]) => name !== 'Cookie'))
  if (!hasBody) last.delete('Content-Type')
  if (flags.has('compressed')) last.set('Accept-Encoding', 'deflate, gzip, br')
  if (cookies.length > 0) last.set('Cookie', cookies.join('; '))
  return [...last].filter(([name]) => !hasHeader(headers, name) && !without.has(name.toLowerCase()))
}
