import { type Advice, advise, adviceLabels, conversation, measured, type PartialAnswers } from 'hallpass/inspect'
import type { ComponentChildren, RefObject } from 'preact'
import { useId } from 'preact/hooks'
import { strings } from '../../strings/advisor'
import { toolAddress } from '../addresses'
import { CopiedText } from './copied-text'

interface AdvisedProps {
  readonly answers: PartialAnswers
  readonly heading: RefObject<HTMLHeadingElement | null>
}

/** The advice: what, why, at what price, and how. */
export function Advised({ answers, heading }: AdvisedProps) {
  const advice = advise(answers, measured)
  if (advice === null) return null
  const labels = new Map(conversation(answers).turns.map(({ question, option }) => [question.key, option.label]))
  return (
    <>
      <section class="slip advice">
        <h2 ref={heading} tabIndex={-1}>
          {strings.advice}
        </h2>
        <p class="advice-summary">{advice.summary}</p>
        {advice.warnings.length === 0 ? null : (
          <div class="aside">
            <h3>{adviceLabels.warnings}</h3>
            <ul class="warnings">
              {advice.warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </div>
        )}
      </section>
      <Part title={adviceLabels.reasons}>
        <ul class="reasons">
          {advice.reasons.map(({ because, text }) => (
            <li key={text}>
              {text} <span class="because">{strings.because(labels.get(because) ?? '')}</span>
            </li>
          ))}
        </ul>
      </Part>
      <Part title={adviceLabels.costs}>
        <dl class="costs">
          {advice.costs.map(({ what, value }) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <p class="hint">
          {advice.measuredOn} <a href={toolAddress('comparison')}>{strings.comparison}</a>
        </p>
      </Part>
      <Part title={adviceLabels.considered}>
        <dl class="considered">
          {advice.considered.map(({ what, whyNot }) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{whyNot}</dd>
            </div>
          ))}
        </dl>
      </Part>
      <Files advice={advice} />
    </>
  )
}

/** What to copy. */
function Files({ advice }: { readonly advice: Advice }) {
  const { configuration, code, commands } = advice
  return (
    <>
      <Part title={adviceLabels.server}>
        <CopiedText name={adviceLabels.settingsFile} text={configuration.file} />
        <CopiedText name={adviceLabels.environmentFile} text={configuration.environment} />
        <p class="hint">{strings.placeholders}</p>
      </Part>
      <Part title={adviceLabels.library}>
        {code.map(({ name, text }) => (
          <CopiedText key={name} name={name} text={text} />
        ))}
      </Part>
      <Part title={adviceLabels.commands}>
        {commands.map(({ what, command }) => (
          <CopiedText key={what} name={what} text={command} />
        ))}
      </Part>
    </>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const id = useId()
  return (
    <section class="part" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}
