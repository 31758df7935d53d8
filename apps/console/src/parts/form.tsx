import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type FieldOfCode, nothingTold, told, type Told } from '../refusals'
import { parts } from '../strings/parts'
import { useAction } from './action'
import { Button } from './button'

interface FormProps {
  readonly labels: { readonly [field: string]: string }
  readonly fieldOfCode?: FieldOfCode
  readonly submit: string
  readonly busy: string
  /** Throws what the form is to tell. */
  readonly send: (values: FormData, form: HTMLFormElement) => Promise<void>
  readonly children: (errors: Told['fields']) => ComponentChildren
}

/** A form that submits on Enter, says what it is doing, and takes the focus to what is to be mended. */
export function Form({ labels, fieldOfCode, submit, busy: busyLabel, send, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null)
  const [trouble, setTrouble] = useState(nothingTold)
  const { busy, run } = useAction()
  useLayoutEffect(() => {
    if (trouble !== nothingTold) form.current?.querySelector<HTMLElement>('[aria-invalid="true"], .whole')?.focus()
  }, [trouble])

  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault()
    const element = event.currentTarget as HTMLFormElement
    const values = new FormData(element)
    const empty = Object.entries(labels).filter(([name]) => values.get(name) === '')
    if (empty.length > 0) {
      setTrouble({
        fields: Object.fromEntries(empty.map(([name, label]) => [name, parts.missing(label)])),
        whole: null,
      })
      return
    }
    void run(async () => {
      try {
        await send(values, element)
        setTrouble(nothingTold)
      } catch (error) {
        setTrouble(told(error, labels, fieldOfCode))
      }
    })
  }
  return (
    <form ref={form} noValidate onSubmit={onSubmit}>
      {trouble.whole === null ? null : (
        <p class="whole error" tabIndex={-1}>
          {trouble.whole}
        </p>
      )}
      {children(trouble.fields)}
      <Button submit kind="primary" label={submit} busyLabel={busyLabel} busy={busy} />
    </form>
  )
}
