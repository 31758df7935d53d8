import { HallpassError } from '../../core/errors.js'
import type { Port } from './clients.js'
import { script, type Script } from './scripts.js'
import { codeOf, trouble } from './trouble.js'

const command = script('command')

export interface Connection {
  readonly cluster: boolean
  /** Runs a script on a slot; on a single server, it may be on several. */
  run(script: Script, slots: readonly string[], args?: readonly string[]): Promise<unknown>
  /** One command about the key of the slot that ends so. */
  command(slot: string, name: string, ending: string, ...args: string[]): Promise<unknown>
  /** Inspects the servers again. */
  inspect(): Promise<void>
  close(): void
}

/**
 * A client that has been looked at: before the first command the servers are inspected, and a set-up that would lose
 * sessions is refused every time until it is mended. Whatever the client throws becomes `store-unavailable`.
 *
 * Scripts are given the beginnings of keys, which are no keys that exist. While a slot of a cluster moves to another
 * server, a script that names one such key would be sent on to where the sessions have not arrived, and find none. With
 * two of them (the second ends in `:never`) Redis answers TRYAGAIN: trouble, no verdict.
 */
export function connection(port: Port, inspect: () => Promise<void>): Connection {
  let inspected: Promise<void> | null = null
  let closed = false

  const inspectNow = async (): Promise<void> => {
    try {
      await inspect()
    } catch (error) {
      inspected = null
      throw error
    }
  }

  const attempt = async <Value>(step: () => Promise<Value>): Promise<Value> => {
    if (closed) throw new HallpassError('store-unavailable', { reason: 'the store has been closed' })
    try {
      return await step()
    } catch (error) {
      throw trouble(error)
    }
  }
  const run = (script: Script, slots: readonly string[], args: readonly string[] = []): Promise<unknown> =>
    attempt(async () => {
      inspected ??= inspectNow()
      await inspected
      return await evaluate(port, script, port.cluster ? [...slots, `${slots[0]}:never`] : slots, args)
    })

  return {
    cluster: port.cluster,
    run,
    command: (slot, ...args) => run(command, [slot], args),
    inspect: () => attempt(inspectNow),
    close() {
      closed = true
    },
  }
}

/** By its name; with its text where that server does not know it yet, or any more. */
async function evaluate(port: Port, { sha, text }: Script, keys: readonly string[], args: readonly string[]) {
  const rest = [String(keys.length), ...keys, ...args]
  try {
    return await port.send(keys[0]!, ['EVALSHA', sha, ...rest])
  } catch (error) {
    if (codeOf(error) !== 'NOSCRIPT') throw error
    return await port.send(keys[0]!, ['EVAL', text, ...rest])
  }
}
