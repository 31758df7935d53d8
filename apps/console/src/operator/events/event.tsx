import type { EventBody } from 'hallpass-server/contract'
import { Link } from '../../parts/link'
import { alarming, eventName } from '../../strings/events'
import { strings } from '../../strings/operator'
import { addressOf, addressOfSubject } from '../addresses'
import { When } from '../parts'
import { type FilterName, queryOf } from './filter'

const words = strings.events

interface EventProps {
  readonly event: EventBody
  readonly now: number
  /** Whether it stands in a list about that very subject, which needs no telling. */
  readonly ofSubject?: boolean
}

/** One event: what, when, about whom. Each value leads to the events that have it in common. */
export function Event({ event, now, ofSubject = false }: EventProps) {
  const { type, at, count, subject, session, network, details } = event
  const told = Object.entries(details)
  return (
    <li class={alarming.has(type) ? 'entry alarming' : 'entry'}>
      <p class="entry-head">
        <Link to={filtered('type', type)} class="entry-type clamp">
          {eventName(type)}
        </Link>
        {count > 1 ? (
          <span class="badge plain" title={words.timesLabel(count)}>
            {words.times(count)}
          </span>
        ) : null}
      </p>
      <ul class="entry-values">
        {subject === null || ofSubject ? null : <Value by="subject" is={subject} />}
        {session === null ? null : <Value by="session" is={session} />}
        {network === null ? null : <Value by="network" is={network} />}
      </ul>
      <When at={at} now={now} />
      {told.length === 0 && (subject === null || ofSubject) ? null : (
        <details class="entry-details">
          <summary>{words.details}</summary>
          <dl class="facts">
            {told.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd class="untrusted">{textOf(value)}</dd>
              </div>
            ))}
          </dl>
          {subject === null || ofSubject ? null : <Link to={addressOfSubject(subject)}>{words.toSubject}</Link>}
        </details>
      )}
    </li>
  )
}

function Value({ by, is }: { readonly by: FilterName; readonly is: string }) {
  return (
    <li>
      <span class="value-name">{words.filters[by]}</span>{' '}
      <Link class="value clamp" to={filtered(by, is)} fullLabel={words.filterLabel(words.filters[by], is)}>
        {is}
      </Link>
    </li>
  )
}

function filtered(by: FilterName, is: string): string {
  return addressOf('events') + queryOf({ by, is })
}

function textOf(value: unknown): string {
  if (value === null) return strings.none
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
