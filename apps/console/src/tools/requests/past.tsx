import type { PlainRequest } from 'hallpass/inspect'
import { useId } from 'preact/hooks'
import { Button } from '../../parts/button'
import { strings } from '../../strings/requests'
import type { Outcome } from './senders'

const words = strings.past

/** A request and what became of it. */
export interface Exchange {
  readonly request: PlainRequest
  readonly outcome: Exclude<Outcome, { outcome: 'unconfirmed' }>
}

export interface PastExchange {
  /** Without its secrets. */
  readonly request: PlainRequest
  /** Null where nothing was answered. */
  readonly status: number | null
}

interface PastProps {
  readonly list: readonly PastExchange[]
  readonly onTake: (past: PastExchange) => void
  readonly onClear: () => void
}

/** What was sent before, as long as the page is open. */
export function Past({ list, onTake, onClear }: PastProps) {
  const id = useId()
  if (list.length === 0) return null
  return (
    <section class="slip" aria-labelledby={id}>
      <div class="slip-head">
        <h2 id={id}>{words.title}</h2>
        <Button label={words.clear} onClick={onClear} />
      </div>
      <p class="hint">{words.hint}</p>
      <ol class="past">
        {list.map((past, index) => {
          const { method, url } = past.request
          return (
            <li key={list.length - index}>
              <span class="badge">{past.status ?? words.failed}</span>
              <code>
                {method} {url}
              </code>
              <Button label={words.take} fullLabel={words.again(`${method} ${url}`)} onClick={() => onTake(past)} />
            </li>
          )
        })}
      </ol>
    </section>
  )
}
