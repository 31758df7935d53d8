import { useId, useState } from 'preact/hooks'
import { parts } from '../strings/parts'

interface FieldProps {
  readonly name: string
  readonly label: string
  readonly type: 'email' | 'password'
  readonly autocomplete: 'username' | 'current-password' | 'new-password'
  readonly hint?: string
  readonly error: string | undefined
}

/** A labelled field with its hint and, when the server refused it, why. */
export function Field({ name, label, type, autocomplete, hint, error }: FieldProps) {
  const id = useId()
  const [shown, setShown] = useState(false)
  const described = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].join(' ').trim()
  const attributes = {
    id,
    name,
    autocomplete,
    autocapitalize: 'none',
    spellcheck: false,
    required: true,
    'aria-invalid': error !== undefined,
    'aria-describedby': described === '' ? undefined : described,
  } as const
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="control">
        {input(type, shown, attributes)}
        {type === 'password' ? (
          <button
            type="button"
            class="show"
            aria-pressed={shown}
            aria-label={parts.showLabel(label)}
            onClick={() => setShown(!shown)}
          >
            {shown ? parts.hide : parts.show}
          </button>
        ) : null}
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

/** One element whatever its type, so that showing a password keeps the caret; the types differ in what they allow. */
function input(type: FieldProps['type'], shown: boolean, attributes: object) {
  if (type === 'email') return <input {...attributes} type="email" />
  return shown ? <input {...attributes} type="text" /> : <input {...attributes} type="password" />
}
