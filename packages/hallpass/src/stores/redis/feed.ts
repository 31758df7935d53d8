import type { LogEntry } from '../../core/log.js'
import type { LogHint } from '../../core/store.js'
import type { Port } from './clients.js'

export interface Feed {
  readonly subscribe: (heard: (hint: LogHint) => void) => () => void
  readonly close: () => void
}

/** Hints for any number of listeners over one connection, which is there while anybody listens. */
export function feedOf(port: Port, channel: string): Feed {
  const listeners = new Set<(hint: LogHint) => void>()
  let stop: (() => void) | null = null

  const tell = (hint: LogHint): void => {
    for (const heard of listeners) heard(hint)
  }
  const close = (): void => {
    listeners.clear()
    stop?.()
    stop = null
  }
  return {
    subscribe(heard) {
      const listener = (hint: LogHint): void => heard(hint)
      listeners.add(listener)
      stop ??= port.subscribe(
        channel,
        (message) => tell(hintIn(message)),
        () => tell({ about: 'anything' }),
      )
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) close()
      }
    },
    close,
  }
}

function hintIn(message: string): LogHint {
  const [, incarnation, sequence] = /^acknowledgement (.+) (\d+)$/s.exec(message) ?? []
  if (incarnation !== undefined) return { about: 'acknowledgement', incarnation, sequence: Number(sequence) }
  try {
    return { about: 'entry', entry: JSON.parse(message) as LogEntry }
  } catch {
    return { about: 'anything' }
  }
}
