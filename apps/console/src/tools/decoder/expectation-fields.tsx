import { strings } from '../../strings/decoder'
import type { Expectations } from './judged'

interface ExpectationFieldsProps {
  readonly expected: Expectations
  /** Whether issuer and audience are those of the token itself. */
  readonly isIdle: boolean
  readonly onChange: (change: Partial<Expectations>) => void
}

const lines = ['issuer', 'audience', 'types', 'lifetime'] as const

/** The set-up of a verifier, in its own terms. */
export function ExpectationFields({ expected, isIdle, onChange }: ExpectationFieldsProps) {
  const attributes = (name: keyof Expectations, hint?: string) => ({
    ...({ id: name, value: expected[name], spellcheck: false, autocapitalize: 'none', autocomplete: 'off' } as const),
    'aria-describedby': hint,
    onInput: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
      onChange({ [name]: currentTarget.value }),
  })
  return (
    <section class="slip expectations" aria-labelledby="expectations">
      <h2 id="expectations">{strings.expectations}</h2>
      <div class="field">
        <label for="keys">{strings.keys}</label>
        <p class="hint" id="keys-hint">
          {strings.keysHint}
        </p>
        <textarea class="mono" rows={4} {...attributes('keys', 'keys-hint')} />
      </div>
      {lines.map((name) => (
        <div class="field" key={name}>
          <label for={name}>{strings[name]}</label>
          {name === 'types' ? (
            <p class="hint" id="types-hint">
              {strings.typesHint}
            </p>
          ) : null}
          <div class="control">
            <input
              type="text"
              inputMode={name === 'lifetime' ? 'numeric' : 'text'}
              {...attributes(name, describedBy(name, isIdle))}
            />
          </div>
        </div>
      ))}
      {isIdle ? (
        <p class="notice" id="idle">
          {strings.idle}
        </p>
      ) : null}
    </section>
  )
}

function describedBy(name: (typeof lines)[number], isIdle: boolean): string | undefined {
  if (name === 'types') return 'types-hint'
  return isIdle && (name === 'issuer' || name === 'audience') ? 'idle' : undefined
}
