import { randomUUID } from 'node:crypto'
import type { NewEntry } from '../../core/log.js'
import type { Slots } from './slots.js'

/**
 * The arguments 2 to 7 of every script that may append: the entry's id, the token it revokes, its JSON without the
 * counter, its counter, the channel for the hint, and something random: the name of the log if it begins here, and of
 * the attempt on a cluster.
 */
export function entryArguments(
  entry: NewEntry | undefined,
  { channel }: Slots,
  fresh: string = randomUUID(),
): string[] {
  if (entry === undefined) return ['', '', '', '', channel, fresh]
  const { counter, ...rest } = entry
  const token = entry.kind === 'token' && entry.target !== null ? entry.target : ''
  return [entry.id, token, JSON.stringify(rest), String(counter), channel, fresh]
}
