import type { JsonPlace } from './places.js'
import type { Expected } from './scanner.js'

/** What a sentence about a fault is made of. */
export interface Said {
  /** What stands at the place: its first characters. */
  readonly written: string
  /** The word, number or string that is wrong. */
  readonly word: string
  readonly expected: Expected
  /** The innermost open bracket; "" where none is open. */
  readonly opened: string
  readonly openedAt: JsonPlace | undefined
  /** The innermost open brackets, outermost first. */
  readonly open: readonly { readonly bracket: string; readonly place: JsonPlace }[]
  /** How many are open. */
  readonly depth: number
}

/** Of each fault: what stands there, what was expected, what to do. */
export const sayings = {
  empty: () => 'There is nothing here, and a JSON text is one value. Give an object, an array, a string or a number.',
  'cut-off': (said: Said) =>
    `The text ends here, but ${expectation(said)} was expected.${stillOpen(said)} It was probably cut off: get the whole of it.`,
  'unterminated-string': (said: Said) =>
    `The text ends within a string that begins with ${said.word}; its closing quotation mark was expected.${stillOpen(said)} It was probably cut off: get the whole of it.`,
  'cut-off-number': (said: Said) =>
    `The text ends within the number ${said.word}; a digit was expected.${stillOpen(said)} It was probably cut off: get the whole of it.`,
  'byte-order-mark': () =>
    'A byte order mark (U+FEFF) stands here, which RFC 8259 forbids; a value was expected. Save the text as UTF-8 without it.',
  comment: () => 'A comment stands here, and JSON has none. Remove it.',
  'trailing-comma': (said: Said) =>
    `A comma stands before the closing ${said.opened === '{' ? '"}"' : '"]"'}; after a comma ${said.opened === '{' ? 'another member' : 'another value'} was expected. Remove the comma.`,
  'missing-comma': (said: Said) =>
    `${character(said)} stands here, but ${expectation(said)} was expected. Put a comma before it.`,
  'missing-colon': (said: Said) =>
    `${character(said)} stands here, but a colon was expected after the name. Write the member as "name": value.`,
  'missing-value': (said: Said) =>
    `${character(said)} stands here, but ${expectation(said)} was expected. Put the value there, or null.`,
  'wrong-bracket': (said: Said) =>
    `${character(said)} stands here, but ${where('the', said.opened, said.openedAt)} is open: ${expectation(said)} was expected. Close that first.`,
  'unopened-bracket': (said: Said) =>
    `${character(said)} stands here, but nothing is open: the JSON text ended before it. Remove it, or open what it closes.`,
  'second-value': (said: Said) =>
    `${character(said)} stands here, but the JSON text ended before it: it is one value. Remove the rest, or put all values into an array; lines of JSON are read one by one.`,
  'single-quote': () =>
    'A single quotation mark stands here; JSON has double ones alone, for names and strings. Write "…" instead.',
  'typographic-quote': () =>
    'A typographic quotation mark stands here, as word processors put them; a straight one was expected. Write "…" instead.',
  'unquoted-name': (said: Said) =>
    `The name ${said.word} stands here without quotation marks. Write "${said.word}" instead.`,
  'unquoted-string': (said: Said) =>
    `The word ${said.word} stands here; a value was expected, and of words there are only true, false and null. Put strings in double quotation marks.`,
  'misspelt-word': (said: Said) =>
    `The word ${said.word} stands here; JSON writes true, false and null in small letters. Write it so.`,
  'not-a-number': (said: Said) =>
    `${said.word.startsWith('-') ? '-Infinity' : said.word} stands here, and JSON has no such number. Write null, or a string.`,
  undefined: () => 'The word undefined stands here, and JSON has no such value. Write null, or leave the member out.',
  'leading-zero': () =>
    'The number begins with a zero; a JSON number does so only before a point. Remove the zero, or write a string if the zeros count.',
  'leading-plus': () => 'A plus sign stands before the number, and JSON has none there. Remove it.',
  'leading-point': () => 'The number begins with a point; a digit was expected before it. Write 0 before the point.',
  'number-base': () =>
    'The number is written in another base than ten, which JSON has not. Write it in decimal, or as a string.',
  'bad-number': (said: Said) =>
    `${character(said)} stands within the number ${said.word}, where it has no meaning: digits, one point and one exponent were expected. Write such as -12.5e3, or a string.`,
  'bad-escape': (said: Said) =>
    `The escape sequence ${shortEscape(said.written)} is none of JSON's: \\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hexadecimal digits were expected. Write \\\\ for a backslash.`,
  'line-break-in-string': () =>
    'The line ends within a string; its closing quotation mark was expected. Write \\n for a line break, or close the string.',
  'control-character': (said: Said) =>
    `The control character ${codePoint(said.written)} stands within a string, which JSON forbids. Write \\u${hex(said.written)} instead.`,
  'unexpected-character': (said: Said) =>
    `${character(said)} stands here, but ${expectation(said)} was expected. Remove it, or put strings in double quotation marks.`,
}

function expectation({ expected, opened }: Said): string {
  if (expected === 'comma-or-end') return opened === '{' ? 'a comma or "}"' : 'a comma or "]"'
  if (expected === 'name-or-end') return 'a name in double quotation marks or "}"'
  if (expected === 'value-or-end') return 'a value or "]"'
  if (expected === 'name') return 'a name in double quotation marks'
  if (expected === 'colon') return 'a colon'
  return expected === 'value' ? 'a value' : 'the end'
}

function stillOpen({ open, depth }: Said): string {
  if (depth === 0) return ''
  const told = open.map(({ bracket, place }) => where('', bracket, place)).join(', ')
  const others = depth - open.length
  return others === 0
    ? ` Still open: ${told}.`
    : ` Still open: ${told}, and ${others.toLocaleString('en')} more around ${open.length === 1 ? 'it' : 'them'}.`
}

function where(article: string, bracket: string, place: JsonPlace | undefined): string {
  return `${article} "${bracket}" of line ${place?.line}, column ${place?.column}`.trimStart()
}

const names: { readonly [character: string]: string } = {
  '\u00a0': 'A no-break space',
  '\u200b': 'A zero width space',
  '\u2028': 'A line separator',
  '\u2029': 'A paragraph separator',
}

function character({ written }: Said): string {
  const first = String.fromCodePoint(written.codePointAt(0) ?? 0xfffd)
  const name = names[first]
  if (name !== undefined) return `${name} (${codePoint(first)})`
  return /[\p{C}\p{Z}\p{M}]/u.test(first) ? `The character ${codePoint(first)}` : `The character ${quoted(first)}`
}

function quoted(character: string): string {
  return character === '"' ? 'U+0022 (")' : `"${character}"`
}

function shortEscape(written: string): string {
  const length = written[1] === 'u' ? 6 : 2
  return JSON.stringify(written.slice(0, length)).slice(1, -1).replaceAll('\\\\', '\\')
}

function codePoint(text: string): string {
  return `U+${hex(text).toUpperCase()}`
}

function hex(text: string): string {
  return (text.codePointAt(0) ?? 0xfffd).toString(16).padStart(4, '0')
}
