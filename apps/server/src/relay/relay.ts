import type { RelayAnswer } from '../admin/contract.js'
import { within } from '../within.js'
import { type Destination, destinationOf, type Lookup } from './destination.js'
import { exchange, type Exchanged, type Patience, Stopwatch, usualPatience } from './exchange.js'
import type { Outgoing } from './outgoing.js'
import { sentenceFor } from './problems.js'

/** How requests are sent. */
export interface Sending {
  readonly lookup: Lookup
  readonly patience?: Patience
  /** Headers of the sender's own. */
  readonly more?: Outgoing['headers']
}

/** Nothing was sent, since nothing is ever sent there. */
export interface Refused {
  readonly outcome: 'refused'
  readonly problem: string
}

type Found = Extract<Destination, { ok: true }>

/**
 * Sends a request where its host is at this moment. `choose` says which of the addresses may be connected to, in which
 * order; with none of them it is `unconfirmed`. Never rejects.
 */
export async function relay(
  outgoing: Outgoing,
  choose: (destination: Found) => readonly string[],
  { lookup, patience = usualPatience, more = [] }: Sending,
): Promise<RelayAnswer | Refused> {
  const watch = new Stopwatch()
  const destination = await lookedUp(outgoing.url, lookup, watch, patience)
  if ('outcome' in destination) return destination
  if (!destination.ok) return { outcome: 'refused', problem: destination.problem }
  watch.passed('lookup')
  const [first, ...others] = choose(destination)
  if (first === undefined) return { outcome: 'unconfirmed', host: outgoing.url.host, address: destination.addresses[0] }
  let answer = await exchange(outgoing, first, watch, { patience, more })
  for (const address of others) {
    // "localhost" is two addresses, and most servers listen at one of them
    if (!isElsewhere(answer) || watch.left(patience.total) === 0) break
    answer = await exchange(outgoing, address, watch, { patience, more })
  }
  return answer
}

function isElsewhere(answer: Exchanged): boolean {
  return answer.outcome === 'failed' && answer.timing.connect === null
}

async function lookedUp(
  url: URL,
  lookup: Lookup,
  watch: Stopwatch,
  { firstByte }: Patience,
): Promise<Destination | Extract<RelayAnswer, { outcome: 'failed' }>> {
  let found: Destination | undefined
  let problem = 'The name could not be looked up in time.'
  try {
    const looking = destinationOf(url, lookup).then((destination) => void (found = destination))
    await within(firstByte, looking)
  } catch (error) {
    problem = sentenceFor(error)
  }
  return found ?? { outcome: 'failed', problem, timing: watch.timing() }
}
