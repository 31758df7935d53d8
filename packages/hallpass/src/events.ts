import type { EventOf, EventType, HallpassEvent } from './core/events.js'

export interface Events {
  readonly emit: (event: HallpassEvent) => void
  readonly on: <Type extends EventType>(type: Type, listener: (event: EventOf<Type>) => void) => () => void
}

export function createEvents(): Events {
  const listeners = new Map<EventType, Set<(event: HallpassEvent) => void>>()
  return {
    emit(event) {
      for (const listener of listeners.get(event.type) ?? []) {
        try {
          listener(event)
        } catch {
          // A listener's failure is its own: it must not turn a sign-in or a refusal into an error.
        }
      }
    },
    on(type, listener) {
      const ofType = listeners.get(type) ?? new Set()
      listeners.set(type, ofType)
      const call = listener as (event: HallpassEvent) => void
      ofType.add(call)
      return () => void ofType.delete(call)
    },
  }
}
