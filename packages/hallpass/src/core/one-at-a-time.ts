/** One piece of work that many ask for, and that runs once at a time. */
export interface OneAtATime<Value> {
  /** The run under way, or else a new one. */
  joined(): Promise<Value>
  /** A run that begins after the call: what it finds is never older. Whoever has to wait for that waits for the same one. */
  afresh(): Promise<Value>
  /** Resolves when the run under way, if there is one, is over, whatever came of it. */
  settled(): Promise<void>
}

/** Nothing is remembered from one run to the next. */
export function oneAtATime<Value>(work: () => Promise<Value>): OneAtATime<Value> {
  let underWay: Promise<Value> | null = null
  let next: Promise<Value> | null = null

  function begin(): Promise<Value> {
    next = null
    underWay = work().finally(() => {
      underWay = null
    })
    return underWay
  }
  const whatever = (): void => undefined
  return {
    joined: () => underWay ?? begin(),
    afresh() {
      if (underWay === null) return begin()
      next ??= underWay.then(begin, begin)
      return next
    },
    settled: () => (underWay === null ? Promise.resolve() : underWay.then(whatever, whatever)),
  }
}
