interface Event {
  readonly at: number
  readonly order: number
  readonly happen: () => unknown
  off: boolean
}

/** A run that does not come to an end is a fault as well. */
const mostEvents = 400_000

/**
 * True time, and everything that happens in it, one event after the other. Between two events every promise that can
 * go on does, so that a run depends on its seed alone.
 */
export class Scheduler {
  now = 0
  /** Counts events: what came first when the time is the same. */
  order = 0
  readonly #heap: Event[] = []
  #scheduled = 0
  #stopped = false
  readonly #lines: string[] | null

  constructor(tellsStory: boolean) {
    this.#lines = tellsStory ? [] : null
  }

  /** What happened, line by line; empty unless asked for. */
  get story(): readonly string[] {
    return this.#lines ?? []
  }

  /** How many events are still to come. */
  get pending(): number {
    return this.#heap.filter(({ off }) => !off).length
  }

  tell(who: string, what: () => string): void {
    this.#lines?.push(`${this.now.toFixed(1).padStart(9)}  ${who.padEnd(10)} ${what()}`)
  }

  at(time: number, happen: () => unknown): () => void {
    const event: Event = { at: Math.max(time, this.now), order: this.#scheduled++, happen, off: false }
    this.#push(event)
    return () => void (event.off = true)
  }

  after(delay: number, happen: () => unknown): () => void {
    return this.at(this.now + delay, happen)
  }

  stop(): void {
    this.#stopped = true
  }

  /** Runs until that time, or until stopped. Rejects where an event throws, or too many happen. */
  run(until: number): Promise<void> {
    return new Promise((resolve, reject) => {
      // A tick that is asked for among the promises comes when none of them can go on.
      const goOn = (): void => process.nextTick(step)
      const step = (): void => {
        try {
          const event = this.#next(until)
          if (event === null) return resolve()
          if (++this.order > mostEvents) throw new Error(`more than ${mostEvents} events`)
          const outcome = event.happen()
          if (outcome instanceof Promise) outcome.then(goOn, reject)
          else queueMicrotask(goOn)
        } catch (error) {
          reject(error)
        }
      }
      goOn()
    })
  }

  #next(until: number): Event | null {
    while (this.#heap.length > 0 && !this.#stopped) {
      if (this.#heap[0]!.at > until) break
      const event = this.#pop()
      if (event.off) continue
      this.now = event.at
      return event
    }
    if (!this.#stopped) this.now = until
    return null
  }

  #push(event: Event): void {
    const heap = this.#heap
    let index = heap.push(event) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (isEarlier(heap[parent]!, event)) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = event
  }

  #pop(): Event {
    const heap = this.#heap
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return first
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isEarlier(heap[child + 1]!, heap[child]!)) child++
      if (isEarlier(last, heap[child]!)) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
    return first
  }
}

function isEarlier(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}
