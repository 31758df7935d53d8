import type { ClientBody } from 'hallpass-server/contract'
import { useRef, useState } from 'preact/hooks'
import { useAction } from '../../parts/action'
import { Button } from '../../parts/button'
import { nothingTold, type Told } from '../../refusals'
import { strings } from '../../strings/operator'
import { clientWords } from '../../strings/operator-clients'
import { api } from '../api'
import { Cancelled } from '../../parts/step-up'
import { useDesk } from '../desk'
import { TextField } from '../parts'
import { toldOfLists } from '../told-of-lists'
import type { ShownSecret } from './secret'

const words = clientWords.clients
const labels = {
  ...{ name: words.name, grants: words.grants, audiences: words.audiences, scopes: words.scopes },
  keys: words.newKeys,
}

type Grant = ClientBody['grants'][number]
const grantNames = Object.keys(words.grantNames) as Grant[]

interface Draft {
  readonly name: string
  readonly grants: readonly Grant[]
  readonly audiences: string
  readonly scopes: string
  readonly keys: string
}

const empty: Draft = { name: '', grants: ['client_credentials'], audiences: '', scopes: '', keys: '' }

/** Adds a client. What is wrong is said at its field, and what was typed stays. */
export function NewClientForm({ onMade }: { readonly onMade: (secret: ShownSecret | null) => Promise<void> }) {
  const [draft, setDraft] = useState(empty)
  const [trouble, setTrouble] = useState<Told>(nothingTold)
  const details = useRef<HTMLDetailsElement>(null)
  const desk = useDesk()
  const { busy, run } = useAction()
  const send = async (): Promise<void> => {
    const keys = keysIn(draft.keys)
    if (keys === null) return setTrouble({ fields: { keys: words.noJson }, whole: null })
    try {
      const { client, secret } = await desk.proven(() => api.createClient(settingsOf(draft, keys)))
      setDraft(empty)
      setTrouble(nothingTold)
      if (details.current !== null) details.current.open = false
      desk.tell({ done: true, sentence: words.added(client.name) })
      await onMade(secret === null ? null : { name: client.name, id: client.id, secret })
    } catch (error) {
      setTrouble(
        error instanceof Cancelled ? { fields: {}, whole: strings.nothingChanged } : toldOfLists(error, labels),
      )
    }
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    void run(send)
  }
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part })
  return (
    <details ref={details} class="slip">
      <summary>
        <h2>{words.create}</h2>
      </summary>
      <form class="two-columns" noValidate onSubmit={submit}>
        <Fields draft={draft} trouble={trouble} change={change} />
        <Button submit kind="primary" label={words.submit} busyLabel={words.busy} busy={busy} />
      </form>
    </details>
  )
}

interface FieldsProps {
  readonly draft: Draft
  readonly trouble: Told
  readonly change: (part: Partial<Draft>) => void
}

function Fields({ draft, trouble, change }: FieldsProps) {
  return (
    <>
      {trouble.whole === null ? null : (
        <p class="whole error" role="alert">
          {trouble.whole}
        </p>
      )}
      <TextField
        name="name"
        label={words.name}
        hint={words.nameHint}
        value={draft.name}
        error={trouble.fields['name']}
        onInput={(name) => change({ name })}
      />
      <Grants chosen={draft.grants} error={trouble.fields['grants']} onChoose={(grants) => change({ grants })} />
      <TextField
        name="audiences"
        label={words.audiences}
        hint={words.audiencesHint}
        value={draft.audiences}
        lines={3}
        error={trouble.fields['audiences']}
        onInput={(audiences) => change({ audiences })}
      />
      <TextField
        name="scopes"
        label={words.scopes}
        hint={words.scopesHint}
        value={draft.scopes}
        error={trouble.fields['scopes']}
        onInput={(scopes) => change({ scopes })}
      />
      <TextField
        name="keys"
        label={words.newKeys}
        hint={words.newKeysHint}
        value={draft.keys}
        lines={3}
        error={trouble.fields['keys']}
        onInput={(keys) => change({ keys })}
      />
    </>
  )
}

interface GrantsProps {
  readonly chosen: readonly Grant[]
  readonly error: string | undefined
  readonly onChoose: (grants: readonly Grant[]) => void
}

function Grants({ chosen, error, onChoose }: GrantsProps) {
  const toggle = (grant: Grant): void =>
    onChoose(chosen.includes(grant) ? chosen.filter((other) => other !== grant) : [...chosen, grant])
  return (
    <fieldset>
      <legend>{words.grants}</legend>
      {grantNames.map((grant) => (
        <label key={grant} class="check">
          <input type="checkbox" checked={chosen.includes(grant)} onChange={() => toggle(grant)} />
          <span>{words.grantNames[grant]}</span>
        </label>
      ))}
      {error === undefined ? null : <p class="error">{error}</p>}
    </fieldset>
  )
}

function settingsOf({ name, grants, audiences, scopes }: Draft, keys: readonly unknown[]) {
  return { name: name.trim(), grants, audiences: wordsOf(audiences), scopes: wordsOf(scopes), keys }
}

/** Of a JWK, a list of them or a JWK Set (RFC 7517); null for what is no JSON. What they are worth is the server's to say. */
function keysIn(text: string): readonly unknown[] | null {
  if (text.trim() === '') return []
  try {
    const read: unknown = JSON.parse(text)
    const keys: unknown = typeof read === 'object' && read !== null && 'keys' in read ? read.keys : read
    return Array.isArray(keys) ? keys : [keys]
  } catch {
    return null
  }
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
