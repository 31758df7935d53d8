import { Refusal } from 'hallpass/browser'
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks'
import { post } from '../client'
import { parts } from '../strings/parts'
import { Button } from './button'
import { Field } from './field'
import { Form } from './form'

const words = parts.stepUp

/** Thrown where somebody was asked to prove who they are and would not: nothing has happened. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
}

interface Proof {
  readonly proven: () => void
  readonly cancelled: () => void
}

/**
 * `proven` runs an act that may need a step-up: it asks for the password, and then it goes on. It rejects with `Cancelled`,
 * or with what the act rejects with. `dialog` is to be rendered.
 */
export function useStepUp(email: string | null) {
  const [proof, setProof] = useState<Proof | null>(null)
  const proven = useMemo(
    () =>
      async function proven<Result>(act: () => Promise<Result>): Promise<Result> {
        try {
          return await act()
        } catch (error) {
          if (!(error instanceof Refusal && error.code === 'step-up-required')) throw error
          await new Promise<void>((resolve, reject) => {
            setProof({ proven: resolve, cancelled: () => reject(new Cancelled()) })
          }).finally(() => setProof(null))
          return act()
        }
      },
    [],
  )
  const dialog = proof === null ? null : <StepUp email={email} onProven={proof.proven} onCancel={proof.cancelled} />
  return { proven, dialog }
}

interface StepUpProps {
  /** So that a password manager knows which of its entries to offer. */
  readonly email: string | null
  readonly onProven: () => void
  readonly onCancel: () => void
}

/** Asks for the password before a dangerous act. Closing it, by whatever means, is a no. */
function StepUp({ email, onProven, onCancel }: StepUpProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    element?.querySelector<HTMLElement>('[name="password"]')?.focus()
    return () => element?.close()
  }, [])
  const send = async (values: FormData): Promise<void> => {
    await post('/auth/step-up', { password: values.get('password') })
    onProven()
  }
  return (
    <dialog ref={dialog} aria-labelledby={`${id}-title`} aria-describedby={`${id}-text`} onClose={onCancel}>
      <h2 id={`${id}-title`}>{words.title}</h2>
      <p id={`${id}-text`}>{words.text}</p>
      <Form
        labels={{ password: words.password }}
        fieldOfCode={{ 'wrong-credentials': { field: 'password', sentence: words.wrong } }}
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
              name="password"
              label={words.password}
              type="password"
              autocomplete="current-password"
              error={errors.password}
            />
          </>
        )}
      </Form>
      <div class="actions">
        <Button label={parts.cancel} onClick={() => dialog.current?.close()} />
      </div>
    </dialog>
  )
}
