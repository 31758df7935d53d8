import { type PartialAnswers, type Question, teams } from 'hallpass/inspect'
import type { RefObject } from 'preact'
import { useId } from 'preact/hooks'
import { Button } from '../../parts/button'
import { strings } from '../../strings/advisor'

interface AskingProps {
  readonly question: Question
  readonly number: number
  /** The answer that it has, where it is asked again. */
  readonly chosen: string | undefined
  readonly heading: RefObject<HTMLHeadingElement | null>
  readonly onAnswer: (value: string) => void
  /** Null where somebody has begun already. */
  readonly onTeam: ((answers: PartialAnswers) => void) | null
  readonly onBack: (() => void) | null
}

/** One question. Its answers are buttons: one press, and the next is there. */
export function Asking({ question, number, chosen, heading, onAnswer, onTeam, onBack }: AskingProps) {
  const id = useId()
  return (
    <>
      <section class="slip asking" aria-labelledby={`${id}-text`} aria-describedby={`${id}-why`}>
        <p class="asking-number">{strings.number(number)}</p>
        <h2 id={`${id}-text`} ref={heading} tabIndex={-1}>
          {question.text}
        </h2>
        <p id={`${id}-why`} class="hint">
          {question.why}
        </p>
        <ul class="choices">
          {question.options.map(({ value, label }) => (
            <li key={value}>
              <button type="button" class="choice" onClick={() => onAnswer(value)}>
                <span>{label}</span>
                {value === chosen ? <span class="badge">{strings.chosen}</span> : null}
              </button>
            </li>
          ))}
        </ul>
        {onBack === null ? null : (
          <div class="actions">
            <Button label={strings.back} onClick={onBack} />
          </div>
        )}
      </section>
      {onTeam === null ? null : (
        <section aria-labelledby={`${id}-teams`}>
          <h2 id={`${id}-teams`}>{strings.begin}</h2>
          <ul class="teams">
            {teams.map((team) => (
              <li key={team.id}>
                <Button label={team.name} onClick={() => onTeam(team.answers)} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
