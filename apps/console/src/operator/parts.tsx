import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { Button } from '../parts/button'
import { strings } from '../strings/operator'
import { parts } from '../strings/parts'
import type { Answered } from './live'

/** When something happened or will: relative, with the exact time for whoever points at it. */
export function When({ at, now }: { readonly at: string | number; readonly now: number }) {
  const time = new Date(at).getTime()
  return (
    <time dateTime={new Date(time).toISOString()} title={parts.exactly(time)}>
      {time > now + 1000 ? strings.in(time, now) : parts.ago(time, now)}
    </time>
  )
}

export function Fact({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

interface LoadedProps<Answer> {
  readonly answered: Answered<Answer>
  /** Of whom there is nothing, where that is what the trouble says. */
  readonly children: (value: Answer) => ComponentChildren
}

/** What was answered, what is being waited for, or what went wrong, with a way to try again. */
export function Loaded<Answer>({ answered, children }: LoadedProps<Answer>) {
  const { value, trouble } = answered
  return (
    <>
      {trouble === null ? null : <Trouble answered={answered} />}
      {value === null && trouble === null ? <p class="hint loading">{strings.loading}</p> : null}
      {value === null ? null : children(value)}
    </>
  )
}

function Trouble<Answer>({ answered: { value, trouble, at, reload } }: { readonly answered: Answered<Answer> }) {
  return (
    <div class="notice bad" role="alert">
      <p>
        {trouble}
        {value === null ? null : (
          <>
            {' '}
            {strings.stale} <time dateTime={new Date(at).toISOString()}>{parts.exactly(at)}</time>.
          </>
        )}
      </p>
      <Button label={parts.tryAgain} onClick={() => void reload()} />
    </div>
  )
}

interface TextFieldProps {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly error?: string | undefined
  readonly value: string
  readonly lines?: number
  readonly autofocus?: boolean
  readonly onInput: (value: string) => void
}

/** A labelled field for plain text. What is typed is the caller's, so that no trouble loses it. */
export function TextField({ name, label, hint, error, value, lines = 1, onInput }: TextFieldProps) {
  const id = useId()
  const described = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].join(' ').trim()
  const attributes = {
    id,
    name,
    value,
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: false,
    'aria-invalid': error !== undefined,
    'aria-describedby': described === '' ? undefined : described,
  } as const
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="control">
        {lines === 1 ? (
          <input {...attributes} type="text" onInput={(event) => onInput(event.currentTarget.value)} />
        ) : (
          <textarea {...attributes} rows={lines} onInput={(event) => onInput(event.currentTarget.value)} />
        )}
      </div>
      {hint === undefined ? null : (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error === undefined ? null : (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  )
}
