import { HallpassError } from '../core/errors.js'
import type { Runtime } from '../core/ports.js'

/** How long a check waits for the store, milliseconds: past it, a request is better refused than kept waiting. */
export const patience = 3000

/**
 * The answer, or `store-unavailable` when it takes longer than that, milliseconds. A connection that died without a
 * word must not hold anybody up for ever.
 */
export function withinDeadline<Value>(runtime: Runtime, milliseconds: number, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const late = (): void => {
      reject(new HallpassError('store-unavailable', { reason: `no answer within ${milliseconds} ms` }))
    }
    const callOff = runtime.later(milliseconds, late, true)
    work.then(resolve, reject).finally(callOff)
  })
}
