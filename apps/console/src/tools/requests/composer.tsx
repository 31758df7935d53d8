import { useEffect, useId, useRef } from 'preact/hooks'
import { Button } from '../../parts/button'
import { strings } from '../../strings/requests'
import { CredentialFields } from './credential'
import { Curl } from './curl'
import type { Draft } from './draft'
import { HeaderRows } from './header-rows'
import { type CallName, callNames, readyMade } from './ready-made'
import type { Reach } from './senders'

const words = strings.compose
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

interface ComposerProps {
  readonly draft: Draft
  /** The origin of the ready-made calls. */
  readonly here: string
  readonly reach: Reach | null
  readonly busy: boolean
  readonly mistakes: readonly string[]
  readonly onChange: (draft: Draft) => void
  readonly onSend: () => void
}

/** The form in which a request is put together. */
export function Composer({ draft, here, reach, busy, mistakes, onChange, onSend }: ComposerProps) {
  const id = useId()
  const isRelayed = reach?.is === 'relay'
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (!busy) onSend()
  }
  const take = (name: string): void => {
    const known = callNames.find((one) => one === name)
    if (known !== undefined) onChange(readyMade(known, here, isRelayed, draft.credential))
  }
  return (
    <section class="slip" aria-labelledby={id}>
      <div class="slip-head">
        <h2 id={id}>{words.title}</h2>
        <ReadyMade onTake={take} />
      </div>
      <form noValidate onSubmit={submit}>
        <div class="request-line">
          <MethodField draft={draft} onChange={onChange} />
          <AddressField draft={draft} onChange={onChange} />
          <Button submit kind="primary" label={words.send} busyLabel={words.sending} busy={busy} />
        </div>
        <Mistakes list={mistakes} />
        <HeaderRows rows={draft.rows} onChange={(rows) => onChange({ ...draft, rows })} />
        <CredentialFields
          credential={draft.credential}
          isRelayed={isRelayed}
          onChange={(credential) => onChange({ ...draft, credential })}
        />
        <BodyField draft={draft} onChange={onChange} />
      </form>
      <Curl draft={draft} onRead={onChange} />
    </section>
  )
}

/** What is to be mended, with the focus on it. */
function Mistakes({ list }: { readonly list: readonly string[] }) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => element.current?.focus(), [list])
  if (list.length === 0) return null
  return (
    <div class="whole error" tabIndex={-1} role="alert" ref={element}>
      {list.map((mistake) => (
        <p key={mistake}>{mistake}</p>
      ))}
    </div>
  )
}

function ReadyMade({ onTake }: { readonly onTake: (name: string) => void }) {
  const id = useId()
  return (
    <div class="inline-field">
      <label for={id}>{words.readyMade}</label>
      <select
        id={id}
        value=""
        onChange={(event) => {
          const name = event.currentTarget.value
          // the same one can be taken again
          event.currentTarget.value = ''
          onTake(name)
        }}
      >
        <option value="">{words.own}</option>
        {callNames.map((name: CallName) => (
          <option key={name} value={name}>
            {strings.calls[name]}
          </option>
        ))}
      </select>
    </div>
  )
}

interface FieldProps {
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
}

function MethodField({ draft, onChange }: FieldProps) {
  const id = useId()
  // a command for curl can bring others
  const all = methods.includes(draft.method) ? methods : [...methods, draft.method]
  return (
    <div class="field">
      <label for={id}>{words.method}</label>
      <select
        id={id}
        value={draft.method}
        onChange={(event) => onChange({ ...draft, method: event.currentTarget.value })}
      >
        {all.map((method) => (
          <option key={method}>{method}</option>
        ))}
      </select>
    </div>
  )
}

function AddressField({ draft, onChange }: FieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{words.url}</label>
      <input
        id={id}
        type="url"
        class="code"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        value={draft.url}
        onInput={(event) => onChange({ ...draft, url: event.currentTarget.value })}
      />
    </div>
  )
}

function BodyField({ draft, onChange }: FieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{words.body}</label>
      <textarea
        id={id}
        class="code"
        rows={draft.body === '' ? 3 : 6}
        spellcheck={false}
        autocapitalize="none"
        value={draft.body}
        onInput={(event) => onChange({ ...draft, body: event.currentTarget.value })}
      />
    </div>
  )
}
