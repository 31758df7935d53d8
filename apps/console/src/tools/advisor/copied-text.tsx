import { useId, useRef, useState } from 'preact/hooks'
import { Button } from '../../parts/button'
import { strings } from '../../strings/advisor'

interface CopiedTextProps {
  readonly name: string
  readonly text: string
}

/** A text to copy. Where the clipboard is closed, it is marked instead. */
export function CopiedText({ name, text }: CopiedTextProps) {
  const id = useId()
  const shown = useRef<HTMLPreElement>(null)
  const [said, setSaid] = useState('')
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid(strings.copied(name))
    } catch {
      if (shown.current !== null) getSelection()?.selectAllChildren(shown.current)
      setSaid(strings.notCopied(name))
    }
  }
  return (
    <div class="copied">
      <div class="copied-head">
        <h3 id={id}>{name}</h3>
        <Button label={strings.copy} fullLabel={strings.copyOf(name)} onClick={() => void copy()} />
      </div>
      <pre ref={shown} tabIndex={0} role="region" aria-labelledby={id}>
        {text}
      </pre>
      <p role="status">{said}</p>
    </div>
  )
}
