import { useEffect, useId, useRef } from 'preact/hooks'
import { parts } from '../strings/parts'
import { Button } from './button'

interface ConfirmProps {
  readonly title: string
  readonly text: string
  readonly yes: string
  readonly busyLabel: string
  readonly busy: boolean
  readonly onYes: () => void
  readonly onClose: () => void
}

/** Asks before something that cannot be taken back. Escape means no, and the focus returns to where it was. */
export function Confirm({ title, text, yes, busyLabel, busy, onYes, onClose }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog ref={dialog} aria-labelledby={`${id}-title`} aria-describedby={`${id}-text`} onClose={onClose}>
      <h2 id={`${id}-title`}>{title}</h2>
      <p id={`${id}-text`}>{text}</p>
      <div class="actions">
        <Button label={parts.cancel} onClick={() => dialog.current?.close()} />
        <Button kind="danger" label={yes} busyLabel={busyLabel} busy={busy} onClick={onYes} />
      </div>
    </dialog>
  )
}
