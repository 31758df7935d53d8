/** One piece of work that many ask for. */
export interface Shared<Value> {
  /** The run under way, if there is one. */
  joined(): Promise<Value>
  /** A run that begins after the call: what it finds is never older. Whoever has to wait for that waits for the same one. */
  afresh(): Promise<Value>
}

/** Runs `work` once at a time. Nothing is remembered, whatever came of it. */
export function shared<Value>(work: () => Promise<Value>): Shared<Value> {
  let underWay: Promise<Value> | null = null
  let next: Promise<Value> | null = null

  function begin(): Promise<Value> {
    next = null
    underWay = work().finally(() => {
      underWay = null
    })
    return underWay
  }
  return {
    joined: () => underWay ?? begin(),
    afresh() {
      if (underWay === null) return begin()
      next ??= underWay.then(begin, begin)
      return next
    },
  }
}
