import type { QuestionKey, Turn } from 'hallpass/inspect'
import { useId } from 'preact/hooks'
import { Button } from '../../parts/button'
import { strings } from '../../strings/advisor'

interface TurnsProps {
  readonly turns: readonly Turn[]
  /** The question that is being asked again. */
  readonly asked: QuestionKey | null
  readonly onChange: (key: QuestionKey) => void
  readonly onAgain: () => void
}

/** What was answered so far; each can be changed, and what still matters of the rest stays. */
export function Turns({ turns, asked, onChange, onAgain }: TurnsProps) {
  const id = useId()
  if (turns.length === 0) return null
  return (
    <section aria-labelledby={id}>
      <div class="turns-head">
        <h2 id={id}>{strings.so}</h2>
        <Button label={strings.again} onClick={onAgain} />
      </div>
      <ol class="turns">
        {turns.map(({ question, option }) => (
          <li key={question.key} class={question.key === asked ? 'asked' : undefined}>
            <p>
              <span class="turn-question">{question.text}</span> <strong>{option.label}</strong>
            </p>
            <button
              type="button"
              class="turn-change"
              aria-label={strings.changeOf(question.text)}
              onClick={() => onChange(question.key)}
            >
              {strings.change}
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}
