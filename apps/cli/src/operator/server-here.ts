import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { HallpassError } from 'hallpass'
import { buildApp } from 'hallpass-server/app'
import { type Config, diskFiles, type Files, readConfig } from 'hallpass-server/config'
import { CommandError, exit, type Host } from '../command.js'
import { printable } from '../printable.js'
import type { Send } from './send.js'

export interface ServerHere {
  readonly send: Send
  /** The operator key that it takes; nobody else knows it. */
  readonly key: string
  close(): Promise<void>
}

/**
 * What `hallpass serve` would start with here, without a socket. Needs no key: whoever can read the secret and the store
 * may do everything anyhow. Errors: `CommandError`.
 */
export async function serverHere({ env }: Host): Promise<ServerHere> {
  const config = configuration(env)
  const key = randomBytes(32).toString('base64url')
  const app = buildApp({ ...config, operatorKey: key, logLevel: 'silent' }, { pages: new Map() })
  try {
    const { trouble } = await app.start()
    if (trouble !== null) throw new CommandError(exit.unavailable, `the store cannot be used: ${printable(trouble)}`)
  } catch (error) {
    await app.close()
    if (error instanceof HallpassError) throw new CommandError(exit.configuration, error.message)
    throw error
  }
  const send: Send = async (path, init) => {
    const response = await app.fetch(new Request(`http://localhost${path}`, init))
    return { status: response.status, text: await response.text() }
  }
  return { send, key, close: () => app.close() }
}

const elsewhere = 'Run this where the server is, or name it: --server URL'

function configuration(env: Host['env']): Config {
  const reading = readConfig(env, existingFiles)
  if (!reading.ok) {
    const mistakes = reading.mistakes.map(({ field, problem, remedy }) => `\n  ${field} ${problem}\n    ${remedy}`)
    throw new CommandError(exit.configuration, `the configuration here cannot be used:${mistakes.join('')}`)
  }
  const { store } = reading.config
  if (store.engine === 'memory')
    throw new CommandError(
      exit.configuration,
      'the store is memory:, which nobody but the server itself can see. Name the server: --server URL',
    )
  if (store.engine === 'sqlite' && !existsSync(store.path))
    throw new CommandError(exit.configuration, `there is no database ${store.path}. ${elsewhere}`)
  return reading.config
}

/** Where there is no secret there was never a server: nothing is begun here. */
const existingFiles: Files = {
  config: diskFiles.config,
  secret: (database, file) =>
    existsSync(file)
      ? diskFiles.secret(database, file)
      : { ok: false, mistake: { field: file, problem: 'does not exist.', remedy: elsewhere } },
}
