import { useId } from 'preact/hooks'
import { strings } from '../../strings/requests'
import type { Credential } from './draft'

const words = strings.credentials
const kinds = ['none', 'bearer', 'cookie', 'token'] as const

interface CredentialProps {
  readonly credential: Credential
  /** Whether the server sends the request: a page may write no cookies itself. */
  readonly isRelayed: boolean
  readonly onChange: (credential: Credential) => void
}

export function CredentialFields({ credential, isRelayed, onChange }: CredentialProps) {
  const id = useId()
  const { is } = credential
  const isCookies = is === 'cookie' || is === 'token'
  return (
    <fieldset class="credentials">
      <legend>{words.title}</legend>
      <div class="choices">
        {kinds.map((kind) => (
          <label class="choice" key={kind}>
            <input
              type="radio"
              name={id}
              checked={is === kind}
              onChange={() => onChange({ ...credential, is: kind })}
            />
            {words[kind]}
          </label>
        ))}
      </div>
      {is === 'bearer' ? (
        <Secret
          label={words.bearerLabel}
          value={credential.bearer}
          onInput={(bearer) => onChange({ ...credential, bearer })}
        />
      ) : null}
      {isCookies && isRelayed ? (
        <Secret
          label={words.cookieLabel}
          value={credential.cookies}
          onInput={(cookies) => onChange({ ...credential, cookies })}
        />
      ) : null}
      {isCookies && !isRelayed ? <p class="hint">{words.browserCookies}</p> : null}
      {is === 'token' ? <p class="hint">{words.tokenHint}</p> : null}
    </fieldset>
  )
}

interface SecretProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
}

/** One line that others who look at the screen cannot read, and no password manager keeps. */
function Secret({ label, value, onInput }: SecretProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        class="code secret"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  )
}
