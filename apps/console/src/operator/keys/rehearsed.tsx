import { strings } from '../../strings/operator'
import { keyWords } from '../../strings/operator-keys'
import { parts } from '../../strings/parts'
import { When } from '../parts'
import type { KeySchedule, Rehearsal } from './schedule'

const words = keyWords.keys

/** What a rotation would do at this moment, and whether it may. */
export function Rehearsed({ rehearsal, now }: { readonly rehearsal: Rehearsal; readonly now: number }) {
  const { now: before, afterwards, safeFrom, members } = rehearsal
  return (
    <section class="rehearsal">
      <h3>{words.rehearsal}</h3>
      <div class="scroll" tabIndex={0} role="region" aria-label={words.rehearsal}>
        <table>
          <caption class="visually-hidden">{words.changesCaption}</caption>
          <thead>
            <tr>
              <th scope="col">{words.key}</th>
              <th scope="col">{words.from}</th>
              <th scope="col">{words.to}</th>
            </tr>
          </thead>
          <tbody>
            {afterwards.keys.map(({ kid, state }) => (
              <tr key={kid}>
                <th scope="row">{kid === '' ? words.unmade : <code>{kid}</code>}</th>
                <td>{stateIn(before, kid)}</td>
                <td>
                  <span class={`badge key-${state}`}>{words.states[state]}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {safeFrom <= now ? (
        <p class="notice good">{words.safe}</p>
      ) : (
        <p class="notice">
          {words.unsafe} <When at={safeFrom} now={now} />, {parts.exactly(safeFrom)}.
        </p>
      )}
      <p class="hint">{words.informed(members.filter(({ upToDate }) => upToDate).length, members.length)}</p>
    </section>
  )
}

function stateIn({ keys }: KeySchedule, kid: string): string {
  const state = keys.find((key) => key.kid === kid)?.state
  return state === undefined ? strings.none : words.states[state]
}
