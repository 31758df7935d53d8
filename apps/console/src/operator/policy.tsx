import type { OperatorAnswer, PolicyAnswer } from 'hallpass-server/contract'
import { strings } from '../strings/operator'
import { api } from './api'
import { DeskPage } from './desk'
import { useAnswer } from './live'
import { Loaded } from './parts'

const words = strings.policy

export function Policy({ operator }: { readonly operator: OperatorAnswer }) {
  const answered = useAnswer(api.policy)
  return (
    <DeskPage operator={operator} title={words.title} lead={words.lead}>
      <Loaded answered={answered}>
        {({ groups }) => groups.map((group) => <Group key={group.title} {...group} />)}
      </Loaded>
    </DeskPage>
  )
}

function Group({ title, settings }: PolicyAnswer['groups'][number]) {
  return (
    <section class="card">
      <h2>{title}</h2>
      <dl class="settings">
        {settings.map(({ name, value, meaning }) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              <b class="untrusted">{value}</b>
              <span class="hint">{meaning}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
