import { hasHeader, type PlainRequest } from './request.js'

/**
 * A command for curl in a POSIX shell that sends the request, with a line for each part of it. Null where no shell could
 * hand it over: arguments of commands hold no NUL.
 */
export function toCurl({ method, url, headers, body }: PlainRequest): string | null {
  const usual = body === null ? 'GET' : 'POST'
  const isHead = method === 'HEAD' && body === null
  const lines = [
    // else curl takes brackets and braces for a pattern of many addresses
    `curl ${/[[\]{}]/.test(url) ? '--globoff ' : ''}${quoted(url)}`,
    ...(isHead ? ['--head'] : []),
    ...(method === usual || isHead ? [] : [`-X ${quoted(method)}`]),
    ...headers.map(([name, value]) => `-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`),
    ...(hasHeader(headers, 'accept-encoding') ? ['--compressed'] : []),
    // else curl says that the body is a form
    ...(body === null || hasHeader(headers, 'content-type') ? [] : [`-H 'Content-Type:'`]),
    ...(body === null ? [] : [`--data-raw ${quoted(body)}`]),
  ]
  const command = lines.join(' \\\n  ')
  return command.includes('\0') ? null : command
}

function quoted(text: string): string {
  return /^[\w%+=:,./@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
