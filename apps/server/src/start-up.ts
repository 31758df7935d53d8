import { type Hallpass, HallpassError } from 'hallpass'
import type { Logger } from './observe/log.js'
import type { Hearing, StoreWarning } from './stores/ports.js'
import { within } from './within.js'

/** So long a store may take at the start, before the server serves without it. Milliseconds. */
const patience = 5000

/** What the first meeting with the store brought. */
export interface Started {
  readonly warnings: readonly StoreWarning[]
  /** Why it cannot be used yet; null where it can. */
  readonly trouble: string | null
}

/** Logs what the store's driver and its client tell, and keeps the warnings. */
export function storeHearing(log: Logger): Hearing & { readonly warnings: readonly StoreWarning[] } {
  const warnings: StoreWarning[] = []
  return {
    warnings,
    warned(warning) {
      warnings.push(warning)
      log.warn(warning, 'store warning')
    },
    // the message alone: what else a client hangs on its errors is not ours to know
    disconnected: (error) => log.warn({ reason: messageOf(error) }, 'the store is disconnected'),
  }
}

/**
 * Asks the store for the first time: what is wrong with it, or null. A store that cannot be reached is no reason not to
 * start; one that must not be used is: rejects with `configuration`.
 */
export async function meetStore(auth: Pick<Hallpass, 'status'>, attempted?: Promise<void>): Promise<string | null> {
  let trouble: string | null = `no answer within ${patience} ms`
  const ask = async (): Promise<void> => {
    await attempted
    trouble = await auth.status().then(() => null, troubleIn)
  }
  await within(patience, ask())
  return trouble
}

function troubleIn(error: unknown): string {
  if (!(error instanceof HallpassError)) return messageOf(error)
  if (error.code === 'configuration') throw error
  return error.reason ?? error.message
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
