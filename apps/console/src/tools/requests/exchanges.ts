import { maskRequest } from 'hallpass/inspect'
import type { RelayBody } from 'hallpass-server/contract'
import { useState } from 'preact/hooks'
import { useAction } from '../../parts/action'
import { Cancelled } from '../../parts/step-up'
import { told } from '../../refusals'
import { parts } from '../../strings/parts'
import { strings } from '../../strings/requests'
import { type Draft, requestOf } from './draft'
import type { Exchange, PastExchange } from './past'
import { send } from './send'
import { mistakesIn, type Outcome, type Reach } from './senders'

/** A host that somebody is to confirm, and where it is. */
export type Question = NonNullable<RelayBody['confirmed']>

/** More than these nobody looks through. */
const mostKept = 20

/** Sends requests, one at a time, and keeps what became of them. */
export function useExchanges(reach: Reach, proven: <Result>(act: () => Promise<Result>) => Promise<Result>) {
  const [last, setLast] = useState<Exchange | null>(null)
  const [past, setPast] = useState<readonly PastExchange[]>([])
  const [question, setQuestion] = useState<Question | null>(null)
  const [mistakes, setMistakes] = useState<readonly string[]>([])
  const { busy, run } = useAction()

  const settle = (draft: Draft, outcome: Outcome): void => {
    if (outcome.outcome === 'unconfirmed') return setQuestion({ host: outcome.host, address: outcome.address })
    const request = requestOf(draft)
    setQuestion(null)
    setLast({ request, outcome })
    const status = outcome.outcome === 'answered' ? outcome.answered.status : null
    setPast((earlier) => [{ request: maskRequest(request), status }, ...earlier].slice(0, mostKept))
  }
  const go = (draft: Draft, confirmed?: Question): void =>
    void run(async () => {
      setMistakes([])
      if (draft.url.trim() === '') return setMistakes([strings.compose.noUrl])
      setLast(null)
      try {
        settle(draft, await proven(() => send(draft, reach, confirmed)))
      } catch (error) {
        setQuestion(null)
        const sentence = error instanceof Cancelled ? strings.answer.stopped : told(error, {}).whole
        setMistakes(mistakesIn(error) ?? [sentence ?? parts.unexpected])
      }
    })
  return {
    ...{ last, past, question, mistakes, busy, go },
    mend: () => setMistakes([]),
    dismiss: () => setQuestion(null),
    forget: () => setPast([]),
  }
}
