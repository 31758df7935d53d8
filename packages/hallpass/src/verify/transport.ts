/** Whether nobody on the way can read or change what is said: TLS, or no way at all. */
export function isPrivate({ protocol, hostname }: URL): boolean {
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isHere)
}

/** A body as text in UTF-8, given up as soon as it has more bytes than that. */
export async function textWithin(longest: number, { body }: Response): Promise<string> {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let text = ''
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.byteLength
    if (length > longest) throw new TooLong(longest)
    text += utf8.decode(chunk, { stream: true })
  }
  return text + utf8.decode()
}

export class TooLong extends Error {
  constructor(longest: number) {
    super(`more than ${longest} bytes`)
  }
}
