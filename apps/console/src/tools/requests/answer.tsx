import { maskSecrets } from 'hallpass/inspect'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { strings } from '../../strings/requests'
import { BodyView } from './body'
import { Cookies } from './cookies'
import type { Exchange } from './past'
import type { Answered } from './senders'
import { Timing } from './timing'

const words = strings.answer

interface AnswerProps {
  readonly exchange: Exchange | null
  readonly busy: boolean
  readonly onUseCookies: (cookies: string) => void
}

/** All of one answer, or why there is none; what changes is said once, in a sentence. */
export function AnswerView({ exchange, busy, onUseCookies }: AnswerProps) {
  const id = useId()
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    if (exchange !== null) section.current?.scrollIntoView({ block: 'nearest' })
  }, [exchange])
  return (
    <>
      <p class="visually-hidden" role="status">
        {busy ? words.waiting : exchange === null ? '' : sentenceOf(exchange)}
      </p>
      {exchange === null ? null : (
        <section class="slip answer" aria-labelledby={id} ref={section}>
          <h2 id={id}>{exchange.outcome.outcome === 'answered' ? words.title : words.failedTitle}</h2>
          {exchange.outcome.outcome === 'answered' ? (
            <Parts answered={exchange.outcome.answered} url={exchange.request.url} onUseCookies={onUseCookies} />
          ) : (
            <p class="notice bad">{exchange.outcome.problem}</p>
          )}
        </section>
      )}
    </>
  )
}

function sentenceOf({ outcome }: Exchange): string {
  if (outcome.outcome === 'failed') return outcome.problem
  const { status, statusText, timing } = outcome.answered
  return words.said(status, statusText, timing.total)
}

interface PartsProps {
  readonly answered: Answered
  readonly url: string
  readonly onUseCookies: (cookies: string) => void
}

function Parts({ answered, url, onUseCookies }: PartsProps) {
  const { status, statusText, connection, body, decoded, cut } = answered
  return (
    <>
      <p class="status-line">
        <strong class={`status ${kindOf(status)}`}>{`${status} ${statusText}`.trim()}</strong>
        <span>{connection === null ? words.fromPage : words.from(connection.httpVersion, connection.address)}</span>
        <span>{decoded ? words.decoded(body.length) : words.size(body.length)}</span>
      </p>
      {status >= 300 && status < 400 && status !== 304 ? <p class="notice">{words.redirect}</p> : null}
      {cut === null ? null : <p class="notice bad">{words.cut[cut]}</p>}
      <Timing timing={answered.timing} />
      <Cookies answered={answered} url={url} onUse={onUseCookies} />
      <Headers answered={answered} />
      <BodyView answered={answered} />
    </>
  )
}

function kindOf(status: number): 'good' | 'bad' | 'other' {
  if (status >= 400) return 'bad'
  return status >= 200 && status < 300 ? 'good' : 'other'
}

function Headers({ answered: { headers } }: { readonly answered: Answered }) {
  const [shown, setShown] = useState(false)
  const list = shown ? headers : maskSecrets(headers)
  const hasSecrets = maskSecrets(headers).some(([, value], index) => value !== headers[index]?.[1])
  const { headers: labels } = strings
  return (
    <section class="answer-part">
      <div class="slip-head">
        <h3>{labels.title}</h3>
        {hasSecrets ? (
          <button type="button" class="button quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>
            {shown ? labels.hide : labels.show}
          </button>
        ) : null}
      </div>
      {list.length === 0 ? (
        <p class="hint">{labels.none}</p>
      ) : (
        <table class="lines">
          <caption class="visually-hidden">{labels.caption}</caption>
          <colgroup>
            <col />
            <col />
          </colgroup>
          <thead class="visually-hidden">
            <tr>
              <th scope="col">{labels.name}</th>
              <th scope="col">{labels.value}</th>
            </tr>
          </thead>
          <tbody>
            {list.map(([name, value], index) => (
              <tr key={index}>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
