const pathForm = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/
/** Encoded backslashes, slashes at the start and control characters: what somebody further on may decode and obey. */
const deceptive = /^\/%2f|%5c|%[01][0-9a-f]|%7f/i
const longest = 2048

/**
 * A path with its query on our own origin, or null where the text could lead anywhere else (CWE-601). Only such a
 * text may become a `Location`.
 */
export function safeReturnPath(text: string | null): string | null {
  if (text === null || text.length > longest || !pathForm.test(text)) return null
  if (deceptive.test(text.split('?', 1)[0]!)) return null
  // A browser takes dots out first, and "/.//evil" would name another host to whoever then uses the path alone.
  const { origin, pathname } = new URL(text, 'https://own.invalid')
  return origin === 'https://own.invalid' && !pathname.startsWith('//') ? text : null
}
