import { useEffect, useState } from 'preact/hooks'
import { Confirm } from '../../parts/confirm'
import { useStepUp } from '../../parts/step-up'
import { strings } from '../../strings/requests'
import { AnswerView } from './answer'
import { Composer } from './composer'
import { type Draft, noCredential, row, takenUp } from './draft'
import { useExchanges } from './exchanges'
import { Past } from './past'
import { ReachView } from './reach'
import { findReach, type Reach } from './senders'

const words = strings.confirm
const here = servedByHallpass ? location.origin : 'http://localhost:7100'
const first: Draft = {
  method: 'GET',
  url: `${here}/healthz`,
  rows: [row('', '')],
  credential: noCredential,
  body: '',
}

export function Tester() {
  const [reach, setReach] = useState<Reach | null>(null)
  const [draft, setDraft] = useState(first)
  const { proven, dialog } = useStepUp(reach?.is === 'relay' ? reach.email : null)
  const exchanges = useExchanges(reach ?? { is: 'page', operator: false }, proven)
  useEffect(() => void findReach().then(setReach), [])

  const { last, past, question, mistakes, busy, go } = exchanges
  const change = (next: Draft): void => {
    exchanges.mend()
    setDraft(next)
  }
  return (
    <>
      <ReachView reach={reach} url={draft.url} />
      <Composer
        draft={draft}
        here={here}
        reach={reach}
        busy={busy}
        mistakes={mistakes}
        onChange={change}
        onSend={() => go(draft)}
      />
      <AnswerView
        exchange={last}
        busy={busy}
        onUseCookies={(cookies) => change({ ...draft, credential: { ...draft.credential, is: 'cookie', cookies } })}
      />
      <Past list={past} onTake={({ request }) => change(takenUp(request))} onClear={exchanges.forget} />
      {question === null ? null : (
        <Confirm
          title={words.title(question.host)}
          text={words.text(question.host, question.address)}
          yes={words.yes}
          busyLabel={words.busy}
          busy={busy}
          onYes={() => go(draft, question)}
          onClose={exchanges.dismiss}
        />
      )}
      {dialog}
    </>
  )
}
