import { strings } from '../../strings/requests'
import type { Answered } from './senders'

const words = strings.timing
const steps = ['lookup', 'connect', 'tls', 'firstByte', 'total'] as const

/** How long each step took, as a bar and in numbers. */
export function Timing({ timing }: { readonly timing: Answered['timing'] }) {
  let before = 0
  const parts = steps.flatMap((step) => {
    const at = timing[step]
    if (at === null) return []
    const took = Math.max(0, at - before)
    before = at
    return [{ step, took }]
  })
  return (
    <section class="answer-part">
      <h3>{words.title}</h3>
      <div class="bar" aria-hidden="true">
        {parts.map(({ step, took }) => (
          <span key={step} class={`step ${step}`} style={{ flexGrow: Math.max(took, timing.total / 200) }} />
        ))}
      </div>
      <dl class="steps">
        {parts.map(({ step, took }) => (
          <div key={step} class={`step-fact ${step}`}>
            <dt>{words.steps[step]}</dt>
            <dd>{words.took(took)}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">{words.all(timing.total)}</p>
    </section>
  )
}
