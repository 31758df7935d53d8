import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { Button } from '../../parts/button'
import { strings } from '../../strings/operator'
import { clientWords } from '../../strings/operator-clients'

const words = clientWords.clients

export interface ShownSecret {
  readonly name: string
  /** `client_id` */
  readonly id: string
  readonly secret: string
}

/** The one time that a secret is shown. Nothing but the button closes it: Escape would lose it. */
export function Secret({
  shown: { name, id: clientId, secret },
  onClose,
}: {
  readonly shown: ShownSecret
  readonly onClose: () => void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onCancel={(event) => event.preventDefault()}
      onClose={onClose}
    >
      <h2 id={`${id}-title`} class="clamp">
        {words.secretTitle(name)}
      </h2>
      <p id={`${id}-text`}>{words.secretText}</p>
      <Copyable label={words.id} text={clientId} />
      <Copyable label={words.secret} text={secret} />
      <div class="actions">
        <Button kind="primary" label={words.put} onClick={() => dialog.current?.close()} />
      </div>
    </dialog>
  )
}

function Copyable({ label, text }: { readonly label: string; readonly text: string }) {
  const [copied, setCopied] = useState(false)
  const code = useRef<HTMLElement>(null)
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      // no clipboard without https, or it was refused: what is selected can still be copied by hand
      if (code.current !== null) getSelection()?.selectAllChildren(code.current)
    }
  }
  return (
    <div class="copyable">
      <p>{label}</p>
      <code ref={code} class="command">
        {text}
      </code>
      <Button label={strings.copy} fullLabel={`${strings.copy} ${label}`} onClick={() => void copy()} />
      <span class="hint" role="status">
        {copied ? strings.copied : ''}
      </span>
    </div>
  )
}
