import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { useAction } from '../parts/action'
import { Button } from '../parts/button'
import { Cancelled } from '../parts/step-up'
import { told } from '../refusals'
import { strings } from '../strings/operator'
import { parts } from '../strings/parts'
import { TextField } from './parts'

const words = strings.confirm

/** Something to ask about before it is done. */
export interface Question {
  readonly title: string
  /** Whom or what it concerns, and what will have happened. */
  readonly text: string
  readonly yes: string
  readonly busy: string
  /** What is to be typed first, for what concerns everybody. */
  readonly word?: string
}

interface ConfirmationProps {
  readonly question: Question
  /** Does it. What it throws is told here, and it can be tried again. */
  readonly act: () => Promise<void>
  readonly onClose: () => void
}

/** Asks before something that cannot be taken back, and stays until it has happened. Escape means no. */
export function Confirmation({ question, act, onClose }: ConfirmationProps) {
  const { title, text, yes, busy: busyLabel, word } = question
  const dialog = useRef<HTMLDialogElement>(null)
  const [typed, setTyped] = useState('')
  const [wrongWord, setWrongWord] = useState(false)
  const [trouble, setTrouble] = useState<string | null>(null)
  const { busy, run } = useAction()
  const id = useId()
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const wrong = word !== undefined && typed.trim().toLowerCase() !== word
    setWrongWord(wrong)
    if (wrong) dialog.current?.querySelector<HTMLElement>('input')?.focus()
    else
      void run(async () => {
        setTrouble(null)
        try {
          await act()
        } catch (error) {
          setTrouble(error instanceof Cancelled ? strings.nothingChanged : told(error, {}).whole)
        }
      })
  }
  return (
    <dialog ref={dialog} aria-labelledby={`${id}-title`} aria-describedby={`${id}-text`} onClose={onClose}>
      <h2 id={`${id}-title`} class="clamp">
        {title}
      </h2>
      <p id={`${id}-text`} class="untrusted">
        {text}
      </p>
      <form noValidate onSubmit={submit}>
        {word === undefined ? null : (
          <TextField
            name="word"
            label={words.word(word)}
            value={typed}
            error={wrongWord ? words.wrongWord(word) : undefined}
            onInput={setTyped}
          />
        )}
        {trouble === null ? null : (
          <p class="whole error" role="alert">
            {trouble}
          </p>
        )}
        <div class="actions">
          <Button label={parts.cancel} onClick={() => dialog.current?.close()} />
          <Button submit kind="danger" label={yes} busyLabel={busyLabel} busy={busy} />
        </div>
      </form>
    </dialog>
  )
}
