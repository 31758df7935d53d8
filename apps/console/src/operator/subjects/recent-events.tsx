import { Link } from '../../parts/link'
import { subjectWords } from '../../strings/operator-subjects'
import { addressOf } from '../addresses'
import { api } from '../api'
import { Event } from '../events/event'
import { queryOf } from '../events/filter'
import { useAnswer } from '../live'
import { Loaded } from '../parts'

const words = subjectWords.subject
const most = 8
const every = 5000

/** What happened to one subject lately. */
export function RecentEvents({ id, now }: { readonly id: string; readonly now: number }) {
  const answered = useAnswer(() => api.events({ subject: id }), every)
  return (
    <section class="recent">
      <h2>{words.events}</h2>
      <Loaded answered={answered}>
        {({ events }) =>
          events.length === 0 ? (
            <p class="hint">{words.noEvents}</p>
          ) : (
            <>
              <ul class="journal">
                {events.slice(0, most).map((event) => (
                  <Event key={event.id} event={event} now={now} ofSubject />
                ))}
              </ul>
              <p>
                <Link to={addressOf('events') + queryOf({ by: 'subject', is: id })}>{words.allEvents}</Link>
              </p>
            </>
          )
        }
      </Loaded>
    </section>
  )
}
