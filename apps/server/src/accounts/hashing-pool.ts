import { HallpassError } from 'hallpass'

export interface HashingPool {
  /** Runs the task when its turn comes. Rejects with `contended`, without running it, where too many wait. */
  run<Value>(task: () => Promise<Value>): Promise<Value>
}

/** Keeps password hashing from taking every core and all memory: so many at once, so many waiting, no more. */
export function hashingPool(limits: { readonly atOnce: number; readonly waiting: number }): HashingPool {
  const waiting: (() => void)[] = []
  let running = 0

  async function turn(): Promise<void> {
    if (running < limits.atOnce) {
      running += 1
      return
    }
    if (waiting.length >= limits.waiting) throw new HallpassError('contended', { reason: 'the hashing pool is full' })
    await new Promise<void>((begin) => waiting.push(begin))
  }

  /** The place goes to whoever waited longest, so that nobody who comes later overtakes. */
  function leave(): void {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }

  return {
    async run(task) {
      await turn()
      try {
        return await task()
      } finally {
        leave()
      }
    },
  }
}
