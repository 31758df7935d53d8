import type { OperatorAnswer } from 'hallpass-server/contract'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useAction } from '../../parts/action'
import { Button } from '../../parts/button'
import { told } from '../../refusals'
import { strings } from '../../strings/operator'
import { parts } from '../../strings/parts'
import { api } from '../api'
import { DeskPage } from '../desk'
import { onlyLatest } from '../latest'
import { useEvery, useNow } from '../live'
import { Event } from './event'
import { caughtUp, continued, type Feed, firstPage, looked } from './feed'
import { type Filter, queryOf, readFilter } from './filter'
import { FilterForm } from './filter-form'

const words = strings.events
const every = 2000

export function Events({ operator, query }: { readonly operator: OperatorAnswer; readonly query: string }) {
  const filter = readFilter(query)
  return (
    <DeskPage operator={operator} title={words.title} lead={words.lead}>
      <FilterForm key={queryOf(filter)} filter={filter} />
      <List key={`list ${queryOf(filter)}`} filter={filter} />
    </DeskPage>
  )
}

function List({ filter }: { readonly filter: Filter | null }) {
  const list = useRef<HTMLUListElement>(null)
  const { feed, trouble, look, catchUp, older } = useFeed(filter, () => isAtTop(list.current))
  const { busy, run } = useAction()
  const now = useNow(5000)
  return (
    <section>
      <h2 class="visually-hidden">{words.list}</h2>
      <div class="fresh" role="status">
        {feed === null || feed.waiting.length === 0 ? null : (
          <Button kind="primary" label={words.fresh(feed.waiting.length, feed.gap)} onClick={catchUp} />
        )}
      </div>
      {trouble === null ? null : (
        <div class="notice bad" role="alert">
          <p>{trouble}</p>
          <Button label={parts.tryAgain} onClick={() => void look()} />
        </div>
      )}
      {feed === null && trouble === null ? <p class="hint loading">{strings.loading}</p> : null}
      {feed === null ? null : (
        <>
          <ul class="journal" ref={list}>
            {feed.shown.map((event) => (
              <Event key={event.id} event={event} now={now} />
            ))}
          </ul>
          {feed.next === null ? (
            <p class="hint">{feed.shown.length === 0 ? words.none : words.end}</p>
          ) : (
            <Button label={words.older} busyLabel={words.loadingOlder} busy={busy} onClick={() => void run(older)} />
          )}
        </>
      )}
    </section>
  )
}

/** Whether new events may come in above without moving what somebody reads, or what they have the focus on. */
function isAtTop(list: HTMLElement | null): boolean {
  if (list === null) return true
  const reading = list.contains(document.activeElement) || list.querySelector('details[open]') !== null
  return !reading && list.getBoundingClientRect().top >= 0
}

function useFeed(filter: Filter | null, isAtTop: () => boolean) {
  const [feed, setFeed] = useState<Feed | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const latest = useRef(onlyLatest())
  const query = filter === null ? {} : { [filter.by]: filter.is }

  const guarded = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
      setTrouble(null)
    } catch (error) {
      setTrouble(told(error, {}).whole)
    }
  }
  const look = () =>
    guarded(async () => {
      const answer = await latest.current(() => api.events(query))
      if (answer === null) return
      const atTop = isAtTop()
      setFeed((feed) => {
        if (feed === null) return firstPage(answer)
        return atTop ? caughtUp(looked(feed, answer)) : looked(feed, answer)
      })
    })
  const older = () =>
    guarded(async () => {
      const before = feed?.next ?? null
      if (before === null) return
      const answer = await api.events({ ...query, before })
      setFeed((feed) => (feed === null || feed.next !== before ? feed : continued(feed, answer)))
    })
  const catchUp = (): void => {
    setFeed((feed) => (feed === null ? feed : caughtUp(feed)))
    scrollTo({ top: 0 })
  }
  useEffect(() => void look(), [])
  useEvery(look, every)
  return { feed, trouble, look, catchUp, older }
}
