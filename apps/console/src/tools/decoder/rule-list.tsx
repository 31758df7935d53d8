import { type RuleResult, tellRules } from 'hallpass/inspect'
import { strings } from '../../strings/decoder'
import { Mark } from './mark'

const groups = ['form', 'header', 'signature', 'claims'] as const

export function RuleList({ results }: { readonly results: readonly RuleResult[] }) {
  const told = tellRules(results)
  return (
    <section class="rules" aria-labelledby="rules">
      <h2 id="rules">{strings.rules}</h2>
      <p class="hint">{strings.rulesHint}</p>
      {groups.map((group) => (
        <div key={group}>
          <h3 id={`rules-${group}`}>{strings.groups[group]}</h3>
          <ul aria-labelledby={`rules-${group}`}>
            {told
              .filter((one) => one.group === group)
              .map(({ rules: [name], outcome, sentence }) => (
                <li key={name} class={outcome}>
                  <Mark outcome={outcome} />
                  <p>
                    <span class="visually-hidden">{strings.outcomes[outcome]}: </span>
                    {sentence}
                  </p>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </section>
  )
}
