import { Refusal } from 'hallpass/browser'
import type { OperatorAnswer } from 'hallpass-server/contract'
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ownAccount } from '../client'
import { useAction } from '../parts/action'
import { Button } from '../parts/button'
import { Page } from '../parts/page'
import { told } from '../refusals'
import { strings } from '../strings/operator'
import { parts } from '../strings/parts'
import { api } from './api'

const words = strings.gate

type Asker =
  | { readonly is: 'operator'; readonly operator: OperatorAnswer }
  | { readonly is: 'somebody'; readonly email: string | null }
  | { readonly is: 'unknown'; readonly trouble: string }

interface GateProps {
  readonly masthead: (operator: OperatorAnswer | null) => ComponentChildren
  readonly view: (operator: OperatorAnswer) => ComponentChildren
}

/** Lets operators in, and tells everybody else how to become one. */
export function Gate({ masthead, view }: GateProps) {
  const [asker, setAsker] = useState<Asker | null>(null)
  const look = async (): Promise<void> => setAsker(await whoAsks())
  useEffect(() => void look(), [])
  const operator = asker?.is === 'operator' ? asker.operator : null
  return (
    <>
      {masthead(operator)}
      {operator === null ? <Outside asker={asker} look={look} /> : view(operator)}
    </>
  )
}

interface OutsideProps {
  readonly asker: Asker | null
  readonly look: () => Promise<void>
}

function Outside({ asker, look }: OutsideProps) {
  if (asker?.is === 'somebody') return <NoOperator email={asker.email} look={look} />
  if (asker?.is === 'unknown') return <NoAnswer trouble={asker.trouble} look={look} />
  return (
    <main id="content" class="page">
      <p class="hint loading">{strings.loading}</p>
    </main>
  )
}

async function whoAsks(): Promise<Asker> {
  try {
    return { is: 'operator', operator: await api.operator() }
  } catch (error) {
    if (!(error instanceof Refusal) || ![401, 403].includes(error.status))
      return { is: 'unknown', trouble: told(error, {}).whole ?? parts.unexpected }
  }
  return { is: 'somebody', email: (await ownAccount().catch(() => null))?.email ?? null }
}

interface NoOperatorProps {
  readonly email: string | null
  readonly look: () => Promise<void>
}

function NoOperator({ email, look }: NoOperatorProps) {
  const [again, setAgain] = useState(false)
  const { busy, run } = useAction()
  const tryAgain = async (): Promise<void> => {
    await look()
    setAgain(true)
  }
  return (
    <Page title={words.title} lead={email === null ? words.leadWithout : words.lead(email)}>
      <section class="slip narrow-slip">
        <p>{words.how}</p>
        <code class="command">{words.command(email ?? words.anybody)}</code>
        <p class="hint">{words.after}</p>
        <div class="actions">
          <Button kind="primary" label={words.again} busy={busy} onClick={() => void run(tryAgain)} />
          <a class="button quiet" href="/account">
            {words.back}
          </a>
        </div>
        <p class="hint" role="status">
          {again && !busy ? words.stillNot : ''}
        </p>
      </section>
    </Page>
  )
}

function NoAnswer({ trouble, look }: { readonly trouble: string; readonly look: () => Promise<void> }) {
  const { busy, run } = useAction()
  return (
    <Page title={strings.brand}>
      <div class="notice bad" role="alert">
        <p>{trouble}</p>
        <Button label={parts.tryAgain} busy={busy} onClick={() => void run(look)} />
      </div>
    </Page>
  )
}
