import { useLayoutEffect, useState } from 'preact/hooks'

/** Where the account page always is; it is at `/` too, where the gateway has no route for that. */
export const accountPage = '/account'

/** Where the visitor is, and a sentence that the page before left for this one. */
export interface Place {
  readonly path: string
  readonly notice: string | null
}

/** Whoever shows where the visitor is: `popstate` tells of going back and forward alone. */
const watching = new Set<() => void>()

export function goTo(path: string, notice: string | null = null): void {
  // a better sentence for the same view takes the place of the first
  if (path === location.pathname + location.search) history.replaceState({ notice }, '', path)
  else history.pushState({ notice }, '', path)
  for (const look of watching) look()
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here)
  // before the effects of what is below, which may go elsewhere at once
  useLayoutEffect(() => {
    const look = (): void => setPlace(here())
    watching.add(look)
    addEventListener('popstate', look)
    return () => {
      watching.delete(look)
      removeEventListener('popstate', look)
    }
  }, [])
  return place
}

function here(): Place {
  const state: unknown = history.state
  const notice = typeof state === 'object' && state !== null && 'notice' in state ? state.notice : null
  return { path: location.pathname, notice: typeof notice === 'string' ? notice : null }
}

/** The path in `?to=`, if it leads nowhere but to this origin; else the account page. */
export function returnPath(): string {
  const to = new URLSearchParams(location.search).get('to') ?? accountPage
  if (!to.startsWith('/') || to.length > 2048) return accountPage
  try {
    // dots are taken out first: of "/.//evil.example" a path is left that names another host
    const { origin, pathname, search, hash } = new URL(to, location.origin)
    return origin === location.origin && !pathname.startsWith('//') ? pathname + search + hash : accountPage
  } catch {
    return accountPage
  }
}

/** Whether another page sent the visitor to this form, rather than they themselves. */
export function wasSentHere(): boolean {
  return new URLSearchParams(location.search).has('to')
}

/** The sign-in form, from which the visitor comes back to where they are now. */
export function signInPath(): string {
  const from = location.pathname + location.search
  return from === accountPage ? '/sign-in' : `/sign-in?to=${encodeURIComponent(from)}`
}

/** Goes on after signing in: within these pages, or to whatever else lives on this origin; only the server knows whose `/` is. */
export function goOn(path: string): void {
  if (path === accountPage) goTo(path)
  else location.assign(path)
}
