/** The part of `navigator.locks` that is used (Web Locks API). */
export interface Locks {
  request<Value>(name: string, options: LockOptions, granted: () => Promise<Value>): Promise<Value>
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>
}

/** What the client takes from the browser; tests hand in their own. */
export interface BrowserRuntime {
  readonly fetch: (input: Request) => Promise<Response>
  /** Null where there is none, as on a page that is not a secure context. */
  readonly locks: Locks | null
  /** Joins a channel of the tabs: hears what others say and answers how to speak; null where there is none. */
  readonly join: ((name: string, heard: (message: unknown) => void) => (message: unknown) => void) | null
  /** The address of the page. */
  readonly address: () => string
  /** Wall clock, milliseconds since 1970: the tabs of one browser share it. */
  readonly now: () => number
  /** Resolves after so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>
}

export function browserRuntime(): BrowserRuntime {
  return {
    fetch: (input) => globalThis.fetch(input),
    locks: globalThis.navigator?.locks ?? null,
    join: typeof BroadcastChannel === 'undefined' ? null : joinChannel,
    address: () => location.href,
    now: () => Date.now(),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  }
}

function joinChannel(name: string, heard: (message: unknown) => void): (message: unknown) => void {
  const channel = new BroadcastChannel(name)
  channel.addEventListener('message', ({ data }) => heard(data))
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel speaks to its own origin only
  return (message) => channel.postMessage(message)
}
