import { type Receipt, refusalOf } from 'hallpass/browser'
import type { PersonEventBody, PersonEventsAnswer, SessionAndReceiptAnswer } from 'hallpass-server/contract'
import { useCallback, useEffect, useState } from 'preact/hooks'
import { client } from '../client'
import { useAction } from '../parts/action'
import { Button } from '../parts/button'
import { Confirm } from '../parts/confirm'
import { told } from '../refusals'
import { strings } from '../strings/account'
import { parts } from '../strings/parts'

const words = strings.events

/** Of what somebody else may have done, and of nothing that could not have let them in. */
const mayBeDisowned: ReadonlySet<PersonEventBody['type']> = new Set([
  'signed-in',
  'stepped-up',
  'password-changed',
  'refresh-reused',
  'refresh-repeated',
])

interface EventsProps {
  /** Asks again whenever this is something else. */
  readonly changes: unknown
  readonly onDisowned: (receipt: Receipt) => void
}

/** What happened to the account, and the way to say that one of it was somebody else. */
export function Events({ changes, onDisowned }: EventsProps) {
  const { events, trouble, setTrouble } = useEvents(changes)
  const [asking, setAsking] = useState<PersonEventBody | null>(null)
  const { busy, run } = useAction()

  const disown = async (event: PersonEventBody): Promise<void> => {
    try {
      onDisowned(await disowned(event.id))
    } catch (error) {
      setTrouble(told(error, {}).whole)
    } finally {
      setAsking(null)
    }
  }
  return (
    <section class="events" aria-labelledby="events">
      <h2 id="events">{words.title}</h2>
      <p class="hint">{words.lead}</p>
      {trouble === null ? null : (
        <p class="notice bad" role="alert">
          {trouble}
        </p>
      )}
      {events === null && trouble === null ? <p class="hint">{words.loading}</p> : null}
      {events?.length === 0 ? <p class="hint">{words.none}</p> : null}
      <ol class="timeline" aria-labelledby="events">
        {(events ?? []).map((event) => (
          <Event key={event.id} event={event} onNotMe={() => setAsking(event)} />
        ))}
      </ol>
      {asking === null ? null : (
        <Confirm
          title={strings.confirmNotMe.title}
          text={strings.confirmNotMe.text}
          yes={strings.confirmNotMe.yes}
          busyLabel={strings.confirmNotMe.busy}
          busy={busy}
          onYes={() => void run(() => disown(asking))}
          onClose={() => setAsking(null)}
        />
      )}
    </section>
  )
}

function Event({ event, onNotMe }: { readonly event: PersonEventBody; readonly onNotMe: () => void }) {
  const { type, at, device, count, current, newDevice } = event
  const what = words.types[type]
  // the first device of all is news to nobody
  const isNews = newDevice && !current && type !== 'signed-up'
  const when = parts.ago(Date.parse(at), Date.now())
  const known = [device?.name, device?.network, count > 1 ? words.times(count) : null, current ? words.current : null]
  const facts = known.filter((fact) => typeof fact === 'string')
  return (
    <li class={isNews || type === 'refresh-reused' ? 'event telling' : 'event'}>
      <div>
        <p class="what">
          {what} {isNews ? <span class="badge">{words.newDevice}</span> : null}
        </p>
        <p class="when">
          <time dateTime={at} title={parts.exactly(Date.parse(at))}>
            {when}
          </time>
          {facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
      </div>
      {current || !mayBeDisowned.has(type) ? null : (
        <Button label={words.notMe} fullLabel={words.notMeLabel(what, when)} onClick={onNotMe} />
      )}
    </li>
  )
}

function useEvents(changes: unknown) {
  const [events, setEvents] = useState<readonly PersonEventBody[] | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const load = useCallback(async () => {
    try {
      const answer = await client.fetch('/auth/events')
      if (!answer.ok) throw await refusalOf(answer)
      setEvents(((await answer.json()) as PersonEventsAnswer).events)
      setTrouble(null)
    } catch (error) {
      setTrouble(told(error, {}).whole)
    }
  }, [])
  useEffect(() => void load(), [load, changes])
  return { events, trouble, setTrouble }
}

async function disowned(id: string): Promise<Receipt> {
  const answer = await client.fetch(`/auth/events/${encodeURIComponent(id)}/disown`, { method: 'POST' })
  if (!answer.ok) throw await refusalOf(answer)
  const { receipt } = (await answer.json()) as SessionAndReceiptAnswer
  if (receipt === null) throw new TypeError('the answer has no receipt')
  return receipt
}
