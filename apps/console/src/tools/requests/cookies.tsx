import { type Header, type JudgedCookie, judgeSetCookie, type Verdict } from 'hallpass/inspect'
import { useState } from 'preact/hooks'
import { Button } from '../../parts/button'
import { strings } from '../../strings/requests'
import type { Answered } from './senders'

const words = strings.cookies

interface CookiesProps {
  readonly answered: Answered
  readonly url: string
  /** Takes what a `Cookie` header would say. */
  readonly onUse: (cookies: string) => void
}

/** Every cookie that the answer sets, and what a browser makes of each of its flags. */
export function Cookies({ answered: { headers, connection }, url, onUse }: CookiesProps) {
  const [used, setUsed] = useState(false)
  if (connection === null)
    return (
      <section class="answer-part">
        <h3>{words.title}</h3>
        <p class="hint">{words.unseen}</p>
      </section>
    )
  const lines = headers.filter(([name]) => name.toLowerCase() === 'set-cookie').map(([, value]) => value)
  if (lines.length === 0) return null
  const { protocol, hostname } = new URL(url)
  const arrival = { https: protocol === 'https:', host: hostname, now: Date.now() }
  const judged = lines.map((line) => ({ line, cookie: judgeSetCookie(line, arrival) }))
  const carried = judged.filter(({ cookie }) => cookie.kept && !cookie.removes).map(({ line }) => pairOf(line))
  const use = (): void => {
    onUse(carried.join('; '))
    setUsed(true)
  }
  return (
    <section class="answer-part">
      <div class="slip-head">
        <h3>{words.title}</h3>
        {carried.length === 0 ? null : <Button label={words.use} onClick={use} />}
      </div>
      <p class="hint" role="status">
        {used ? words.used : ''}
      </p>
      {judged.map(({ cookie }, index) => (
        <Cookie key={index} cookie={cookie} />
      ))}
    </section>
  )
}

function pairOf(line: Header[1]): string {
  return line.split(';')[0]?.trim() ?? ''
}

function Cookie({ cookie: { name, value, kept, removes, verdicts } }: { readonly cookie: JudgedCookie }) {
  const count = (is: Verdict['is']): number => verdicts.filter((verdict) => verdict.is === is).length
  const [bad, attention] = [count('bad'), count('attention')]
  const called = name === '' ? words.nameless : name
  const state = removes ? words.removes : kept ? words.kept : words.dropped
  return (
    <details class="cookie" open={bad > 0}>
      <summary>
        <span class="cookie-name">
          <code>{called}</code>
          <span class={kept ? 'badge' : 'badge dropped'}>{state}</span>
          <span class="hint">
            {value === '' ? '' : `${value}, `}
            {words.summary(bad, attention)}
          </span>
        </span>
      </summary>
      <table class="verdicts">
        <caption class="visually-hidden">{words.caption(called)}</caption>
        <thead>
          <tr>
            <th scope="col">{words.flag}</th>
            <th scope="col">{words.verdict}</th>
            <th scope="col">{words.means}</th>
          </tr>
        </thead>
        <tbody>
          {verdicts.map(({ about, is, said, remedy, standard }) => (
            <tr key={about}>
              <th scope="row">{about}</th>
              <td>
                <span class={`verdict ${is}`}>{words.is[is]}</span>
              </td>
              <td>
                {said} {remedy === null ? null : <strong>{remedy}</strong>} <span class="standard">{standard}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
