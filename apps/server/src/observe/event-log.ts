import type { EventType, Hallpass, HallpassEvent } from 'hallpass'
import type { Logger } from './log.js'

type Level = 'info' | 'warn' | 'error'

const levels: { readonly [Type in EventType]: Level } = {
  'signed-in': 'info',
  'stepped-up': 'info',
  'session-ended': 'info',
  'refresh-rotated': 'info',
  'refresh-repeated': 'warn',
  'refresh-reused': 'warn',
  'store-forgot': 'error',
  'subject-revoked': 'info',
  'key-revoked': 'warn',
  'keys-changed': 'info',
  revoked: 'info',
  'log-forgot': 'error',
  'lease-refused': 'error',
  'clock-skewed': 'error',
  'subject-changed': 'info',
  'everything-revoked': 'warn',
  refused: 'warn',
  'cookies-ambiguous': 'warn',
  trouble: 'error',
}

export const eventTypes = Object.keys(levels) as readonly EventType[]

/** Writes every event of Hallpass to the log; events carry no secrets. */
export function logEvents(auth: Pick<Hallpass, 'on'>, log: Logger): void {
  const write = ({ type, ...event }: HallpassEvent): void => log[levels[type]]({ event: type, ...event }, type)
  for (const type of eventTypes) auth.on(type, write)
}
