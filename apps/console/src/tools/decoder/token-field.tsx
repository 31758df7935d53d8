import { longestDecoded } from 'hallpass/inspect'
import { useRef } from 'preact/hooks'
import { Button } from '../../parts/button'
import { strings } from '../../strings/decoder'

interface TokenFieldProps {
  /** What the field shows. */
  readonly text: string
  /** How much was pasted. */
  readonly length: number
  readonly onText: (text: string) => void
  readonly onExample: () => void
}

export function TokenField({ text, length, onText, onExample }: TokenFieldProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  // Megabytes in the field would freeze the page: they are taken before they get there, and pasted ones before the
  // browser makes anything of them.
  const takeLarge = (event: Event, text: string | null | undefined): void => {
    if (text === null || text === undefined || text.length <= longestDecoded) return
    event.preventDefault()
    // Reading megabytes from the clipboard is a task of its own.
    setTimeout(() => onText(text))
  }
  const clear = (): void => {
    onText('')
    field.current?.focus()
  }
  return (
    <section class="slip token-slip">
      <div class="field">
        <label for="token">{strings.token}</label>
        <p class="hint" id="token-hint">
          {strings.tokenHint}
        </p>
        <textarea
          ref={field}
          id="token"
          class="mono"
          rows={5}
          spellcheck={false}
          autocapitalize="none"
          autocomplete="off"
          aria-describedby="token-hint"
          value={text}
          onPaste={(event) => takeLarge(event, event.clipboardData?.getData('text/plain'))}
          onBeforeInput={(event) => takeLarge(event, event.data)}
          onInput={(event) => onText(event.currentTarget.value)}
        />
        {length > text.length ? <p class="hint">{strings.shortened(length, text.length)}</p> : null}
      </div>
      <div class="actions">
        <Button label={strings.example} onClick={onExample} />
        {text === '' ? null : <Button label={strings.clear} onClick={clear} />}
      </div>
    </section>
  )
}
