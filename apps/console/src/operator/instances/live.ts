import type { MembersAnswer } from 'hallpass-server/contract'
import { useRef, useState } from 'preact/hooks'
import { api } from '../api'
import { type Answered, useAnswer } from '../live'
import { type Announced, changes, observe, type Observed } from './observe'

export interface Instances {
  readonly answered: Answered<MembersAnswer>
  readonly observed: readonly Observed[]
  /** When they were last seen. */
  readonly lookedAt: number
  /** What last changed about any, to be said aloud. */
  readonly changed: readonly { readonly incarnation: string; readonly standing: Announced }[]
}

const none = { observed: [], lookedAt: 0 }

/** The instances, looked at again twice a second while the page can be seen: often enough to see each renewal by the next. */
export function useInstances(every = 500): Instances {
  const [{ observed, lookedAt, changed }, setSeen] = useState<Omit<Instances, 'answered'>>({ ...none, changed: [] })
  const last = useRef<{ readonly observed: readonly Observed[]; readonly lookedAt: number }>(none)
  const answered = useAnswer(async () => {
    const answer = await api.members()
    const lookedAt = Date.now()
    const after = { observed: observe(last.current.observed, answer, lookedAt), lookedAt }
    const news = changes(last.current, after)
    last.current = after
    setSeen((before) => ({ ...after, changed: news.length === 0 ? before.changed : news }))
    return answer
  }, every)
  return { answered, observed, lookedAt, changed }
}
