import { hallpass, type Hallpass, type HallpassOptions, type HallpassEvent, type EventType } from 'hallpass'
import { memory } from 'hallpass/memory'

/** A root secret for tests, as random as any; it guards nothing. */
export const testSecret = 'Jv3xkq0zT8mYw5LrB1uNf7HcG2aSdE9oP4iQ6tXbZ0V'

/** Hallpass on a store of its own, with every event that it tells. */
export function openAuth(options: Partial<HallpassOptions> = {}): { auth: Hallpass; events: HallpassEvent[] } {
  const auth = hallpass({ issuer: 'https://app.example', secret: testSecret, store: memory(), ...options })
  const events: HallpassEvent[] = []
  const types: EventType[] = [
    ...(['signed-in', 'stepped-up', 'session-ended', 'refresh-rotated', 'refresh-repeated', 'refresh-reused'] as const),
    ...(['store-forgot', 'subject-revoked', 'subject-changed', 'everything-revoked', 'refused'] as const),
    ...(['cookies-ambiguous', 'trouble', 'revoked', 'key-revoked'] as const),
    ...(['log-forgot', 'lease-refused', 'clock-skewed'] as const),
  ]
  for (const type of types) auth.on(type, (event) => events.push(event))
  return { auth, events }
}

export function codeOf(error: unknown): string {
  return (error as { code: string }).code
}
