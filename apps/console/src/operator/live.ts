import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { told } from '../refusals'
import { onlyLatest } from './latest'

export interface Answered<Answer> {
  /** Null before the first answer; that of the last time while the server does not answer. */
  readonly value: Answer | null
  readonly trouble: string | null
  /** When the value came, milliseconds since 1970. */
  readonly at: number
  readonly reload: () => Promise<void>
  /** For an act that answers with the new state. */
  readonly set: (value: Answer) => void
}

/** Asks at once and, where `every` (milliseconds) is given, again and again while the page can be seen. */
export function useAnswer<Answer>(ask: () => Promise<Answer>, every: number | null = null): Answered<Answer> {
  const [{ value, trouble, at }, setState] = useState<{ value: Answer | null; trouble: string | null; at: number }>({
    value: null,
    trouble: null,
    at: 0,
  })
  const current = useRef(ask)
  current.current = ask
  const latest = useRef(onlyLatest())
  const set = useCallback((value: Answer) => setState({ value, trouble: null, at: Date.now() }), [])
  const reload = useCallback(async () => {
    try {
      const answer = await latest.current(() => current.current())
      if (answer !== null) set(answer)
    } catch (error) {
      setState((before) => ({ ...before, trouble: told(error, {}).whole }))
    }
  }, [set])
  useEffect(() => void reload(), [reload])
  useEvery(reload, every)
  return { value, trouble, at, reload, set }
}

/** Runs the work so many milliseconds after it last ended, while the page can be seen; at once when it is seen again. */
export function useEvery(work: () => Promise<void>, every: number | null): void {
  const current = useRef(work)
  current.current = work
  useEffect(() => {
    if (every === null) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let running = false
    let over = false
    const turn = async (): Promise<void> => {
      clearTimeout(timer)
      if (running || document.hidden) return
      running = true
      await current.current()
      running = false
      if (!over) timer = setTimeout(() => void turn(), every)
    }
    const seen = (): void => void turn()
    timer = setTimeout(seen, every)
    document.addEventListener('visibilitychange', seen)
    return () => {
      over = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', seen)
    }
  }, [every])
}

/** The time, for what is told relative to it. */
export function useNow(every = 15_000): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every)
    return () => clearInterval(timer)
  }, [every])
  return now
}
