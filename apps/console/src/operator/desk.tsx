import type { OperatorAnswer, ReceiptBody } from 'hallpass-server/contract'
import { type ComponentChildren, createContext } from 'preact'
import { useContext, useMemo, useRef, useState } from 'preact/hooks'
import { Page } from '../parts/page'
import { Cancelled, useStepUp } from '../parts/step-up'
import { told } from '../refusals'
import { parts } from '../strings/parts'
import { Confirmation, type Question } from './confirmation'

export interface Status {
  /** Whether what was asked for has happened. */
  readonly done: boolean
  readonly sentence: string
}

/** What every page of the operator can do. */
export interface Desk {
  readonly operator: OperatorAnswer
  /** Asks first, then does it; the page says the sentence that comes of it. */
  ask(question: Question, act: () => Promise<string>): void
  /** Does what needs no asking; the page says the sentence that comes of it, or what went wrong. */
  run(act: () => Promise<string>): Promise<void>
  /** Runs an act that may need a step-up: asks for the password, and then it goes on. Errors: `Cancelled`, or those of the act. */
  proven<Result>(act: () => Promise<Result>): Promise<Result>
  tell(status: Status): void
}

const DeskContext = createContext<Desk | null>(null)

export function useDesk(): Desk {
  const desk = useContext(DeskContext)
  if (desk === null) throw new Error('there is a desk only within a DeskPage')
  return desk
}

interface DeskPageProps {
  readonly operator: OperatorAnswer
  readonly title: string
  readonly lead?: string
  readonly children: ComponentChildren
}

interface Asked {
  readonly question: Question
  readonly act: () => Promise<string>
}

/** One page of the operator, with the dialogs of its acts and the line that says what became of them. */
export function DeskPage({ operator, title, lead, children }: DeskPageProps) {
  const [status, setStatus] = useState<Status | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const statusLine = useRef<HTMLDivElement>(null)
  const { proven, dialog } = useStepUp(operator.email)
  const desk = useMemo<Desk>(() => {
    const tell = (status: Status): void => {
      setStatus(status)
      statusLine.current?.focus()
      statusLine.current?.scrollIntoView({ block: 'nearest' })
    }
    return {
      operator,
      proven,
      tell,
      ask: (question, act) => {
        setStatus(null)
        setAsked({ question, act })
      },
      run: async (act) => {
        try {
          tell({ done: true, sentence: await proven(act) })
        } catch (error) {
          if (!(error instanceof Cancelled)) tell({ done: false, sentence: told(error, {}).whole ?? parts.unexpected })
        }
      },
    }
  }, [operator, proven])
  const act = async ({ act }: Asked): Promise<void> => {
    const sentence = await proven(act)
    setAsked(null)
    // after the dialog has given the focus back
    setTimeout(() => desk.tell({ done: true, sentence }), 0)
  }
  return (
    <DeskContext.Provider value={desk}>
      <Page title={title} {...(lead === undefined ? {} : { lead })}>
        <div class="status" role="status" tabIndex={-1} ref={statusLine}>
          {status === null ? null : <p class={`notice untrusted ${status.done ? 'good' : 'bad'}`}>{status.sentence}</p>}
        </div>
        {children}
      </Page>
      {asked === null ? null : (
        <Confirmation question={asked.question} act={() => act(asked)} onClose={() => setAsked(null)} />
      )}
      {dialog}
    </DeskContext.Provider>
  )
}

/** What a revocation brought about, in plain words. */
export function saidOf(what: string, { tookMilliseconds, acknowledged, waitedOut }: ReceiptBody): string {
  return parts.receipt(what, tookMilliseconds, acknowledged.length, waitedOut.length)
}
