import type { LogHint, StoreWarning } from '../../core/store.js'
import type { Connection } from './connection.js'
import type { Port } from './port.js'
import { type Attendance, attend } from './runtime.js'

/** Hints for this process and the others on the same schema. */
export interface Hints {
  /** Returns at once, and never fails. */
  readonly tell: (hint: LogHint) => void
  /** The same for a step that notifies the others by itself. */
  readonly hear: (hint: LogHint) => void
  readonly channel: string
  readonly subscribe: (heard: (hint: LogHint) => void) => () => void
  readonly stop: () => void
}

/** A payload must be shorter (postgresql.org/docs/current/sql-notify.html). */
const longestPayload = 7999

const anything: LogHint = { about: 'anything' }

/**
 * NOTIFY in a transaction of its own: its commit holds a lock of the whole server, which no sign-out should wait for.
 * For the same reason it waits for no disk: a hint may be lost.
 */
const notify = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)::text"

/** What moves when something was appended, acknowledged, joined or left. */
const pulse = (schema: string): string => `
  SELECT concat_ws(' ', (SELECT sequence FROM ${schema}.log_head), count(*), sum(acknowledged)) AS pulse
  FROM ${schema}.log_members`

export function hintsOn(
  connection: Connection,
  port: Port,
  channel: string,
  onWarning: (warning: StoreWarning) => void,
): Hints {
  const listeners = new Set<(hint: LogHint) => void>()
  let attendance: Attendance | null = null

  const hear = (hint: LogHint): void => {
    for (const heard of listeners) queueMicrotask(() => heard(hint))
  }
  const send = async (payload: string): Promise<void> => {
    await connection.read(notify, channel, payload)
  }
  const begin = (): Attendance =>
    attend({
      listen: port.listen === null ? null : (ear) => port.listen!(channel, ear),
      echo: (mark) => send(`echo ${mark}`),
      heard: (payload) => hear(hintIn(payload)),
      missed: () => hear(anything),
      pulse: async () => (await connection.read<{ pulse: string }>(pulse(connection.schema)))[0]!.pulse,
      deaf: () => onWarning(deaf),
    })
  const stop = (): void => {
    attendance?.stop()
    attendance = null
  }

  return {
    channel,
    hear,
    tell(hint) {
      hear(hint)
      send(payloadOf(hint)).catch(() => {})
    },
    subscribe(heard) {
      // each call is a subscription of its own, whatever function it brings
      const listener = (hint: LogHint): void => heard(hint)
      listeners.add(listener)
      if (!connection.isClosed()) attendance ??= begin()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) stop()
      }
    },
    stop() {
      listeners.clear()
      stop()
    },
  }
}

const deaf: StoreWarning = {
  code: 'listen-unavailable',
  message: 'LISTEN does not work through this connection: instances look for news ten times a second instead.',
  remedy: 'Give the store a pool of at least two connections that lead past any pooler in transaction mode.',
}

function payloadOf(hint: LogHint): string {
  const payload = JSON.stringify(hint)
  return Buffer.byteLength(payload) > longestPayload ? JSON.stringify(anything) : payload
}

/** Anybody may notify on the channel: what has another shape means that something may have happened. */
function hintIn(payload: string): LogHint {
  try {
    const hint = JSON.parse(payload) as LogHint
    if (hint.about === 'acknowledgement' && typeof hint.incarnation === 'string') return hint
    const isEntry = hint.about === 'entry' && Number.isInteger(hint.entry.sequence) && typeof hint.entry.id === 'string'
    return isEntry ? hint : anything
  } catch {
    return anything
  }
}
