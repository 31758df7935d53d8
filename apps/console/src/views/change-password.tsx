import { useEffect, useRef } from 'preact/hooks'
import { post } from '../client'
import { Field } from '../parts/field'
import { Form } from '../parts/form'
import { strings } from '../strings/account'

const { fields, password: words } = strings
const labels = { currentPassword: fields.currentPassword, newPassword: fields.newPassword }

interface ChangePasswordProps {
  /** So that a password manager knows which of its entries to mend. */
  readonly email: string | null
  readonly onChanged: (told: string) => void
  /** Opens the form and takes the focus to it, each time that this is another number. */
  readonly asked: number
}

export function ChangePassword({ email, onChanged, asked }: ChangePasswordProps) {
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    if (asked === 0 || details.current === null) return
    details.current.open = true
    details.current.querySelector<HTMLElement>('input[name="currentPassword"]')?.focus()
  }, [asked])
  const send = async (values: FormData, form: HTMLFormElement): Promise<void> => {
    const body = { currentPassword: values.get('currentPassword'), newPassword: values.get('newPassword') }
    await post('/auth/password', body)
    form.reset()
    if (details.current !== null) details.current.open = false
    onChanged(words.done)
  }
  return (
    <details ref={details} class="slip">
      <summary>
        <h2>{words.title}</h2>
      </summary>
      <p class="hint">{words.lead}</p>
      <Form
        labels={labels}
        fieldOfCode={{ 'wrong-credentials': { field: 'currentPassword', sentence: words.wrong } }}
        submit={words.submit}
        busy={words.busy}
        send={send}
      >
        {(errors) => (
          <>
            {email === null ? null : (
              <input type="text" name="username" autocomplete="username" defaultValue={email} readOnly hidden />
            )}
            <Field
              name="currentPassword"
              label={fields.currentPassword}
              type="password"
              autocomplete="current-password"
              error={errors.currentPassword}
            />
            <Field
              name="newPassword"
              label={fields.newPassword}
              type="password"
              autocomplete="new-password"
              hint={strings.signUp.passwordHint}
              error={errors.newPassword}
            />
          </>
        )}
      </Form>
    </details>
  )
}
