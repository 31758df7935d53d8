import type { Locks, BrowserRuntime } from './runtime.js'

/** Null once the credentials are fresh, else the answer that says why they are not. Rejects where none came. */
export type Refresh = () => Promise<Response | null>

/** Refreshes unless some tab has since `since`, the moment at which the refused request was sent. */
export type RefreshOnce = (since: number) => Promise<Response | null>

/** How long a tab tells the others that it has refreshed, and how long one waits for another. Milliseconds. */
const told = 5000
const patience = 15_000

/**
 * One refresh for all tabs. This is courtesy, not safety: the server takes two refreshes of one token for the retry
 * that they are, so whatever cannot be agreed on between tabs in time is simply done.
 */
export function refreshOnce(name: string, runtime: BrowserRuntime, refresh: Refresh): RefreshOnce {
  const together = amongTabs(name, runtime, refresh)
  let underWay: Promise<Response | null> | null = null
  let lastRefreshed = -Infinity

  return async (since) => {
    if (lastRefreshed > since) return null
    underWay ??= together(since).finally(() => {
      underWay = null
    })
    const failed = await underWay
    if (failed === null) lastRefreshed = runtime.now()
    return failed
  }
}

type Clock = Pick<BrowserRuntime, 'now' | 'pause'>

function amongTabs(name: string, runtime: BrowserRuntime, refresh: Refresh): RefreshOnce {
  if (runtime.locks !== null) return withLocks(name, runtime.locks, runtime, refresh)
  if (runtime.join !== null) return overChannel(name, runtime.join, runtime, refresh)
  return refresh
}

/**
 * The lock orders the tabs. That a refresh has happened is told by a second lock, held for a while and named after the
 * time: unlike a message, it is there before the next tab gets its turn. Nothing is ever put into storage.
 */
function withLocks(name: string, locks: Locks, { now, pause }: Clock, refresh: Refresh): RefreshOnce {
  const mark = `${name} refreshed at `

  const refreshedSince = async (since: number): Promise<boolean> => {
    const { held = [] } = await locks.query()
    return held.some((lock) => lock.name?.startsWith(mark) === true && Number(lock.name.slice(mark.length)) > since)
  }
  const tellOthers = (): Promise<void> =>
    new Promise((granted) => {
      const hold = (): Promise<void> => {
        granted()
        return pause(told)
      }
      locks.request(mark + now(), { mode: 'shared' }, hold).catch(granted)
    })

  return async (since) => {
    const turn = async (): Promise<Response | null> => {
      if (await refreshedSince(since)) return null
      const failed = await refresh()
      if (failed === null) await tellOthers()
      return failed
    }
    let mine = false
    try {
      return await locks.request(name, { signal: AbortSignal.timeout(patience) }, () => {
        mine = true
        return turn()
      })
    } catch (error) {
      // a frozen tab may keep the lock for good
      if (mine) throw error
      return refresh()
    }
  }
}

function overChannel(
  name: string,
  join: NonNullable<BrowserRuntime['join']>,
  { now, pause }: Clock,
  refresh: Refresh,
): RefreshOnce {
  let elsewhere: Promise<void> = Promise.resolve()
  let release = (): void => {}
  let lastRefreshed = -Infinity

  const tell = join(name, (message) => {
    release()
    if (message === 'refreshed') lastRefreshed = now()
    if (message === 'began') {
      elsewhere = Promise.race([pause(patience), new Promise<void>((resolve) => (release = resolve))])
    }
  })
  return async (since) => {
    await elsewhere
    if (lastRefreshed > since) return null
    tell('began')
    let end = 'failed'
    try {
      const failed = await refresh()
      if (failed === null) end = 'refreshed'
      return failed
    } finally {
      tell(end)
    }
  }
}
