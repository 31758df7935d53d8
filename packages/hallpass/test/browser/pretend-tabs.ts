import type { Locks, BrowserRuntime } from '#src/browser/index.js'

/** The Web Locks of one browser, in memory: exclusive and shared, in the order of asking. */
export class PretendLocks implements Locks {
  readonly #held: { readonly name: string; readonly shared: boolean }[] = []
  readonly #waiting: (() => void)[] = []

  async request<Value>(name: string, options: LockOptions, granted: () => Promise<Value>): Promise<Value> {
    const shared = options.mode === 'shared'
    const free = (): boolean => !this.#held.some((lock) => lock.name === name && !(shared && lock.shared))
    while (!free()) {
      await new Promise<void>((resolve, reject) => {
        options.signal?.addEventListener('abort', () => reject(options.signal?.reason as Error))
        this.#waiting.push(resolve)
      })
    }
    const lock = { name, shared }
    this.#held.push(lock)
    try {
      return await granted()
    } finally {
      this.#held.splice(this.#held.indexOf(lock), 1)
      for (const wake of this.#waiting.splice(0)) wake()
    }
  }

  async query(): Promise<{ held: { name: string }[] }> {
    return { held: [...this.#held] }
  }
}

/** The BroadcastChannel of one browser: everybody but the speaker hears, a moment later. */
export function pretendChannel(): NonNullable<BrowserRuntime['join']> {
  const members: ((message: unknown) => void)[] = []
  return (_name, heard) => {
    members.push(heard)
    return (message) => {
      for (const member of members) if (member !== heard) queueMicrotask(() => member(message))
    }
  }
}
