import type { EventBody, EventsAnswer } from 'hallpass-server/contract'

/** The events of a page: those shown, and those that came since and wait to be shown. Both newest first. */
export interface Feed {
  readonly shown: readonly EventBody[]
  readonly waiting: readonly EventBody[]
  /** Whether more came at once than an answer holds: between those waiting and those shown, some are missing. */
  readonly gap: boolean
  /** What to ask for the page after those shown; null after the last. */
  readonly next: string | null
  /** What to ask for the page after those waiting, which holds where there is a gap. */
  readonly nextOfWaiting: string | null
}

export function firstPage({ events, next }: EventsAnswer): Feed {
  return { shown: events, waiting: [], gap: false, next, nextOfWaiting: null }
}

/** Another look at the newest page. */
export function looked(feed: Feed, { events, next }: EventsAnswer): Feed {
  const known = new Set([...feed.shown, ...feed.waiting].map(({ id }) => id))
  const fresh = events.filter(({ id }) => !known.has(id))
  const missed = fresh.length === events.length && known.size > 0 && next !== null
  return missed
    ? { ...feed, waiting: events, gap: true, nextOfWaiting: next }
    : { ...feed, waiting: [...fresh, ...feed.waiting] }
}

/** Newest first: what is counted for a minute is written down after what came in between. */
function inOrder(events: readonly EventBody[]): EventBody[] {
  return [...events].sort((one, other) => Date.parse(other.at) - Date.parse(one.at))
}

/** Shows what waits. After a gap the list begins anew, so that nothing is missing in the middle of it. */
export function caughtUp({ shown, waiting, gap, next, nextOfWaiting }: Feed): Feed {
  return gap
    ? { shown: waiting, waiting: [], gap: false, next: nextOfWaiting, nextOfWaiting: null }
    : { shown: inOrder([...waiting, ...shown]), waiting: [], gap: false, next, nextOfWaiting: null }
}

/** The page after those shown. */
export function continued(feed: Feed, { events, next }: EventsAnswer): Feed {
  const known = new Set(feed.shown.map(({ id }) => id))
  return { ...feed, shown: [...feed.shown, ...events.filter(({ id }) => !known.has(id))], next }
}
