/**
 * Runs `work` once at a time. Whoever calls while it runs gets the one run that begins after it: what that finds is
 * never older than the call.
 */
export function oneAtATime(work: () => Promise<void>): { run(): Promise<void>; settled(): Promise<void> } {
  let underWay: Promise<void> | null = null
  let next: Promise<void> | null = null

  function begin(): Promise<void> {
    next = null
    underWay = work().finally(() => {
      underWay = null
    })
    return underWay
  }
  return {
    run() {
      if (underWay === null) return begin()
      next ??= underWay.then(begin, begin)
      return next
    },
    /** Resolves when the run under way, if there is one, is over. */
    async settled() {
      await underWay?.catch(() => undefined)
    },
  }
}
