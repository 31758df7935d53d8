import type { ClientBody, OperatorAnswer } from 'hallpass-server/contract'
import { useState } from 'preact/hooks'
import { useAction } from '../../parts/action'
import { Button } from '../../parts/button'
import { strings } from '../../strings/operator'
import { clientWords } from '../../strings/operator-clients'
import { api } from '../api'
import { DeskPage, useDesk } from '../desk'
import { useAnswer, useNow } from '../live'
import { Fact, Loaded, When } from '../parts'
import { NewClientForm } from './new-client'
import { Secret, type ShownSecret } from './secret'

const words = clientWords.clients

export function Clients({ operator }: { readonly operator: OperatorAnswer }) {
  const answered = useAnswer(api.clients)
  const [shown, setShown] = useState<ShownSecret | null>(null)
  const { reload } = answered
  const show = async (secret: ShownSecret | null): Promise<void> => {
    setShown(secret)
    await reload()
  }
  return (
    <DeskPage operator={operator} title={words.title} lead={words.lead}>
      <Loaded answered={answered}>{({ clients }) => <List clients={clients} reload={reload} show={show} />}</Loaded>
      <NewClientForm onMade={show} />
      {shown === null ? null : <Secret shown={shown} onClose={() => setShown(null)} />}
    </DeskPage>
  )
}

interface ListProps {
  readonly clients: readonly ClientBody[]
  readonly reload: () => Promise<void>
  readonly show: (secret: ShownSecret | null) => Promise<void>
}

function List({ clients, ...rest }: ListProps) {
  const now = useNow()
  if (clients.length === 0) return <p class="hint">{words.none}</p>
  return (
    <ul class="cards wide">
      {clients.map((client) => (
        <Client key={client.id} client={client} now={now} {...rest} />
      ))}
    </ul>
  )
}

interface ClientProps extends Omit<ListProps, 'clients'> {
  readonly client: ClientBody
  readonly now: number
}

function Client({ client, now, reload, show }: ClientProps) {
  const { id, name, grants, audiences, scopes, keys, createdAt, disabledAt } = client
  return (
    <li class={disabledAt === null ? 'card client' : 'card client disabled'}>
      <h2>
        <span class="clamp">{name}</span>
        {disabledAt === null ? null : <span class="badge ill">{words.disabled}</span>}
      </h2>
      <dl class="facts">
        <Fact label={words.id}>
          <code class="untrusted">{id}</code>
        </Fact>
        <Fact label={words.grants}>{grants.join(', ')}</Fact>
        <Fact label={words.audiences}>
          <span class="untrusted">{audiences.join(' ') || strings.none}</span>
        </Fact>
        <Fact label={words.scopes}>
          <span class="untrusted">{scopes.join(' ') || words.noScopes}</span>
        </Fact>
        {keys.length === 0 ? null : (
          <Fact label={words.keys}>
            <code class="untrusted">{keys.map(({ kid }) => kid).join(' ')}</code>
          </Fact>
        )}
        <Fact label={words.made}>
          <When at={createdAt} now={now} />
        </Fact>
      </dl>
      <Secrets client={client} reload={reload} />
      <Acts client={client} reload={reload} show={show} />
    </li>
  )
}

function Secrets({ client: { id, name, secrets }, reload }: Pick<ClientProps, 'client' | 'reload'>) {
  const desk = useDesk()
  const remove = (secret: string): void => {
    const { title, text, yes, busy, done } = clientWords.removeSecret
    desk.ask({ title, text: text(secret, name), yes, busy }, async () => {
      await api.removeSecret(id, secret)
      await reload()
      return done(secret, name)
    })
  }
  return (
    <>
      <h3>{words.secrets}</h3>
      {secrets.length === 0 ? <p class="hint">{words.noSecrets}</p> : null}
      <ul class="rows">
        {secrets.map(({ id: secret }) => (
          <li key={secret}>
            <code>{secret}</code>
            <Button label={words.remove} fullLabel={words.removeLabel(secret, name)} onClick={() => remove(secret)} />
          </li>
        ))}
      </ul>
    </>
  )
}

function Acts({ client: { id, name, disabledAt }, reload, show }: Omit<ClientProps, 'now'>) {
  const desk = useDesk()
  const adding = useAction()
  const enabling = useAction()
  const add = (): Promise<void> =>
    desk.run(async () => {
      const { secret } = await api.addSecret(id)
      await show(secret === null ? null : { name, id, secret })
      return words.secretAdded(name)
    })
  const disable = (): void => {
    const { title, text, yes, busy, done } = clientWords.disableClient
    desk.ask({ title, text: text(name), yes, busy }, async () => {
      await api.setDisabled(id, true)
      await reload()
      return done(name)
    })
  }
  const enable = (): Promise<void> =>
    desk.run(async () => {
      await api.setDisabled(id, false)
      await reload()
      return words.enabled(name)
    })
  return (
    <div class="card-action">
      <Button
        label={words.addSecret}
        fullLabel={words.addSecretLabel(name)}
        busyLabel={words.adding}
        busy={adding.busy}
        onClick={() => void adding.run(add)}
      />
      {disabledAt === null ? (
        <Button kind="danger" label={words.disable} fullLabel={words.disableLabel(name)} onClick={disable} />
      ) : (
        <Button
          label={words.enable}
          fullLabel={words.enableLabel(name)}
          busyLabel={words.enabling}
          busy={enabling.busy}
          onClick={() => void enabling.run(enable)}
        />
      )}
    </div>
  )
}
