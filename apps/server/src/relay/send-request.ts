import type { Mistake } from 'hallpass'
import type { RelayBody } from '../admin/contract.js'
import { systemLookup } from './destination.js'
import type { Exchanged } from './exchange.js'
import { readOutgoing } from './outgoing.js'
import { type Refused, relay } from './relay.js'

export type Sent = Exchanged | Refused | { readonly outcome: 'mistaken'; readonly mistakes: readonly Mistake[] }

/**
 * Sends one request from this machine, as the relay does, for whoever sits at it: any host counts as confirmed.
 * `longest`: milliseconds in all. Never rejects.
 */
export async function sendRequest(request: Omit<RelayBody, 'confirmed'>, longest: number): Promise<Sent> {
  const reading = readOutgoing(request)
  if (!reading.ok) return { outcome: 'mistaken', mistakes: reading.mistakes }
  const sending = { lookup: systemLookup, patience: { firstByte: longest, total: longest } }
  const answer = await relay(reading.outgoing, ({ addresses }) => addresses, sending)
  // with addresses to choose from there is always one
  if (answer.outcome === 'unconfirmed') throw new Error('every address had been chosen')
  return answer
}
