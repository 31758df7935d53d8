import { HallpassError, type Mistake } from '../core/errors.js'
import { readPlainObject } from '../core/plain-json.js'
import { longestBody, type RequestView } from './request-view.js'

/** The fields of a body. Has no prototype; values are whatever was sent. */
export type Fields = { readonly [field: string]: unknown }

/**
 * Reads a JSON object, or a form where `form` allows one, with no other fields than `known`. No body at all is an
 * object without fields. Errors: `too-large`, `unsupported-media-type`, `bad-request` naming the field.
 */
export async function readBody(
  view: RequestView,
  known: readonly string[],
  { form = false }: { readonly form?: boolean } = {},
): Promise<Fields> {
  const fields = await readFields(view, form)
  const unknown = Object.keys(fields).filter((field) => !known.includes(field))
  if (unknown.length > 0) throw badRequest(unknown.map((field) => unknownField(field, known)))
  return fields
}

/** Whether the body says it is a form, which a page can send without a script (and so without asking first). */
export function isForm(view: RequestView): boolean {
  return mediaType(view) === 'application/x-www-form-urlencoded'
}

export function badRequest(mistakes: readonly Mistake[]): HallpassError {
  return new HallpassError('bad-request', { mistakes })
}

async function readFields(view: RequestView, form: boolean): Promise<Fields> {
  if (Number(view.header('content-length')) > longestBody) throw new HallpassError('too-large')
  const body = await view.body()
  if ('tooLarge' in body) throw new HallpassError('too-large')
  const content = 'parsed' in body ? body.parsed : body.text
  if (typeof content === 'string' && content.length > longestBody) throw new HallpassError('too-large')
  if (content === '' || content === undefined) return Object.create(null) as Fields

  const type = mediaType(view)
  if (type === 'application/x-www-form-urlencoded' && form)
    return typeof content === 'string' ? fromForm(content) : fromParsed(content)
  if (type === 'application/json') return typeof content === 'string' ? fromJson(content) : fromParsed(content)
  throw new HallpassError('unsupported-media-type')
}

/** The media type in lower case, of bodies that are UTF-8; another charset is another type. */
function mediaType(view: RequestView): string | null {
  const [type = '', ...parameters] = (view.header('content-type') ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  return charset === undefined || /^charset="?utf-8"?$/.test(charset) ? type : null
}

function fromJson(text: string): Fields {
  const read = readPlainObject(text)
  if (!read.ok) throw badRequest([{ field: 'body', problem: `${read.reason}.`, remedy: 'Send one JSON object.' }])
  return read.object
}

function fromForm(text: string): Fields {
  const fields = Object.create(null) as { [field: string]: unknown }
  for (const [field, value] of new URLSearchParams(text)) {
    if (field in fields) throw badRequest([{ field, problem: 'came twice.', remedy: 'Send it once.' }])
    fields[field] = value
  }
  return fields
}

/** What a parser of the framework made of the body, which the application may have configured to accept anything. */
function fromParsed(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest([{ field: 'body', problem: 'is not an object.', remedy: 'Send one JSON object.' }])
  }
  return Object.assign(Object.create(null) as Fields, value)
}

function unknownField(field: string, known: readonly string[]): Mistake {
  const shown = field.length > 64 ? `${field.slice(0, 64)}…` : field
  const remedy = known.length === 0 ? 'This address takes none.' : `Known: ${known.join(', ')}.`
  return { field: shown, problem: 'is unknown.', remedy }
}
