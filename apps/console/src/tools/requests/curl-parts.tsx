import { type CurlReading, fromCurl, maskRequest, toCurl } from 'hallpass/inspect'
import { useId, useState } from 'preact/hooks'
import { Button } from '../../parts/button'
import { strings } from '../../strings/requests'
import { type Draft, draftOf, requestOf } from './draft'

const words = strings.curl

export interface CurlProps {
  readonly draft: Draft
  readonly onRead: (draft: Draft) => void
}

/** Reads a request from a command, and writes it as one. */
export function CurlParts({ draft, onRead }: CurlProps) {
  const id = useId()
  const [pasted, setPasted] = useState('')
  const [reading, setReading] = useState<CurlReading | null>(null)
  const read = (): void => {
    const result = fromCurl(pasted)
    setReading(result)
    if (result.ok) onRead(draftOf(result.request))
  }
  return (
    <div class="curl-parts">
      <div class="field">
        <label for={`${id}-paste`}>{words.paste}</label>
        <textarea
          id={`${id}-paste`}
          class="code"
          rows={4}
          spellcheck={false}
          autocapitalize="none"
          value={pasted}
          aria-describedby={`${id}-said`}
          aria-invalid={reading?.ok === false}
          onInput={(event) => setPasted(event.currentTarget.value)}
        />
        <div id={`${id}-said`} role="status">
          {reading === null ? null : <Said reading={reading} />}
        </div>
        <div>
          <Button label={words.read} onClick={read} />
        </div>
      </div>
      <Command draft={draft} />
    </div>
  )
}

function Said({ reading }: { readonly reading: CurlReading }) {
  if (!reading.ok) return <p class="error">{words.wrong(reading.problem, reading.place.line, reading.place.column)}</p>
  return (
    <ul class="notes">
      <li>{words.done}</li>
      {reading.notes.map(({ option, said }) => (
        <li key={option}>{words.note(option, said)}</li>
      ))}
    </ul>
  )
}

function Command({ draft }: { readonly draft: Draft }) {
  const id = useId()
  const [secrets, setSecrets] = useState(false)
  const [said, setSaid] = useState('')
  const request = requestOf(draft)
  const command = toCurl(secrets ? request : maskRequest(request)) ?? words.unsayable
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(command)
      setSaid(words.copied)
    } catch {
      setSaid(words.notCopied)
    }
  }
  return (
    <div class="field">
      <label for={`${id}-command`}>{words.same}</label>
      <textarea id={`${id}-command`} class="code" rows={4} readOnly value={command} />
      <div class="beside">
        <Button label={words.copy} onClick={() => void copy()} />
        <label class="check">
          <input type="checkbox" checked={secrets} onChange={(event) => setSecrets(event.currentTarget.checked)} />
          {words.secrets}
        </label>
        <span class="hint" role="status">
          {said}
        </span>
      </div>
    </div>
  )
}
