import { type Asked, CommandError, exit, type Host } from '../command.js'
import { printable } from '../printable.js'
import type { Send } from './send.js'

/** Milliseconds: a revocation that waits for an instance that is gone takes as long as a lease. */
const patience = 60_000

/** Bytes. */
const longestAnswer = 16_777_216

/** The operator API of a server, wherever that is. */
export interface OperatorApi {
  /** The JSON that was answered; undefined where there is none. Errors: `CommandError`, in the server's words. */
  ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer>
  close(): Promise<void>
}

/**
 * Over HTTP where a server is named, else in this process, on what the server would be started with here. `longest`:
 * milliseconds that a server may take for one answer.
 */
export async function operatorApi(
  { options }: Pick<Asked, 'options'>,
  host: Host,
  longest = patience,
): Promise<OperatorApi> {
  const named = options['server'] ?? host.env['HALLPASS_SERVER']
  if (typeof named === 'string' && named !== '') return remote(named, host, longest)
  // the whole server takes a while to load
  const { serverHere } = await import('./server-here.js')
  const { send, key, close } = await serverHere(host)
  return { ask: asking(send, key), close }
}

function remote(named: string, { env }: Host, longest: number): OperatorApi {
  const url = URL.canParse(named) ? new URL(named) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.pathname + url.search !== '/')
    throw new CommandError(
      exit.misused,
      `"${printable(named)}" is no address of a server. Give its origin, such as https://app.example`,
    )
  const key = env['HALLPASS_OPERATOR_KEY'] ?? ''
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(key))
    throw new CommandError(exit.configuration, 'a server is asked with its operator key: set HALLPASS_OPERATOR_KEY')
  if (url.protocol === 'http:' && !/^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname))
    throw new CommandError(exit.misused, `the operator key would go to ${url.host} unencrypted: name it by https:`)
  const { origin } = url
  const send: Send = async (path, init) => {
    try {
      const signal = AbortSignal.timeout(longest)
      const response = await fetch(origin + path, { ...init, redirect: 'manual', signal })
      return { status: response.status, text: await textOf(response) }
    } catch (error) {
      if (error instanceof CommandError) throw error
      throw new CommandError(exit.unavailable, `${origin} cannot be reached: ${causeOf(error)}`)
    }
  }
  return { ask: asking(send, key), close: async () => undefined }
}

function asking(send: Send, key: string): OperatorApi['ask'] {
  return async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const headers = { authorization: `Bearer ${key}`, accept: 'application/json' }
    const sent =
      body === undefined
        ? { headers }
        : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const { status, text } = await send(path, { method, ...sent })
    if (status === 204) return undefined as Answer
    const answer = parsed(text)
    if (status >= 200 && status < 300 && answer !== null) return answer as Answer
    throw refusal(status, answer)
  }
}

async function textOf({ status, body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > longestAnswer) throw notOurs(status)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

interface Problem {
  readonly title?: unknown
  readonly detail?: unknown
  readonly code?: unknown
  readonly errors?: unknown
}

type Mistakes = readonly { readonly field: string; readonly problem: string; readonly remedy: string }[]

/** What the server said, and the exit code for it. */
function refusal(status: number, answer: Problem | null): CommandError {
  if (answer === null || typeof answer.code !== 'string') return notOurs(status)
  const { title, detail, code, errors } = answer
  const mistakes = (Array.isArray(errors) ? (errors as Mistakes) : [])
    .map(({ field, problem, remedy }) => `\n  ${field} ${problem} ${remedy}`)
    .join('')
  const message = printable(`${String(title)} (${code}). ${mistakes === '' ? String(detail) : ''}`.trim())
  return new CommandError(exitFor(status), message + mistakes.split('\n').map(printable).join('\n'))
}

function notOurs(status: number): CommandError {
  return new CommandError(exit.unavailable, `what answers there (${status}) is no Hallpass server`)
}

function exitFor(status: number): (typeof exit)[keyof typeof exit] {
  if (status >= 500) return exit.unavailable
  if (status === 404) return exit.no
  return status === 400 ? exit.data : exit.refused
}

function causeOf(error: unknown): string {
  const { cause = error } = error as { readonly cause?: unknown }
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown }
  return printable(String(code ?? message ?? cause))
}
