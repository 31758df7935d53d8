import { Refusal } from 'hallpass/browser'
import type { OperatorAnswer, SubjectAnswer } from 'hallpass-server/contract'
import { useAction } from '../../parts/action'
import { Button } from '../../parts/button'
import { Link } from '../../parts/link'
import { subjectWords } from '../../strings/operator-subjects'
import { addressOf } from '../addresses'
import { api } from '../api'
import { DeskPage, saidOf, useDesk } from '../desk'
import { useAnswer, useNow } from '../live'
import { Fact, Loaded, When } from '../parts'
import { nameOf } from './name'
import { RecentEvents } from './recent-events'
import { Roles } from './roles'
import { Sessions } from './sessions'

const words = subjectWords.subject

interface SubjectProps {
  readonly operator: OperatorAnswer
  readonly id: string
}

export function Subject({ operator, id }: SubjectProps) {
  const answered = useAnswer(() => subjectOrNone(id))
  const { value } = answered
  const found = value !== null && value.subject !== null ? value : null
  return (
    <DeskPage operator={operator} title={found === null ? words.title : nameOf(found)}>
      <p class="back">
        <Link to={addressOf('subjects')}>{words.all}</Link>
      </p>
      <Loaded answered={answered}>
        {(value) =>
          value.subject === null ? (
            <p class="card">{words.notFound}</p>
          ) : (
            <Whole answer={value} set={answered.set} reload={answered.reload} />
          )
        }
      </Loaded>
    </DeskPage>
  )
}

/** That there is no such subject is an answer, and no trouble that trying again could mend. */
async function subjectOrNone(id: string): Promise<SubjectAnswer | { readonly subject: null }> {
  try {
    return await api.subject(id)
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not-found') return { subject: null }
    throw error
  }
}

interface WholeProps {
  readonly answer: SubjectAnswer
  readonly set: (answer: SubjectAnswer) => void
  readonly reload: () => Promise<void>
}

function Whole({ answer, set, reload }: WholeProps) {
  const now = useNow()
  const { subject } = answer
  return (
    <>
      <div class="cards wide">
        <Facts answer={answer} set={set} now={now} />
        {subject.account === null ? null : <Roles answer={answer} set={set} roles={subject.account.roles} />}
      </div>
      <Sessions answer={answer} set={set} reload={reload} now={now} />
      <RecentEvents id={subject.id} now={now} />
    </>
  )
}

function Facts({ answer, set, now }: Omit<WholeProps, 'reload'> & { readonly now: number }) {
  const { id, account } = answer.subject
  return (
    <section class="card">
      <h2>{words.account}</h2>
      <dl class="facts">
        <Fact label={words.id}>
          <code class="untrusted">{id}</code>
        </Fact>
        {account === null ? null : (
          <>
            <Fact label={words.created}>
              <When at={account.createdAt} now={now} />
            </Fact>
            <Fact label={words.state}>
              {account.disabledAt === null ? (
                words.enabled
              ) : (
                <>
                  {words.disabledSince} <When at={account.disabledAt} now={now} />
                </>
              )}
            </Fact>
          </>
        )}
      </dl>
      {account === null ? <p class="hint">{words.noAccount}</p> : <Access answer={answer} set={set} />}
    </section>
  )
}

/** Whether they may sign in. */
function Access({ answer, set }: Omit<WholeProps, 'reload'>) {
  const desk = useDesk()
  const { busy: enabling, run } = useAction()
  const { id, account } = answer.subject
  const who = nameOf(answer)
  const disable = (): void => {
    const { title, text, yes, busy, done } = subjectWords.disable
    desk.ask({ title, text: text(who), yes, busy }, async () => {
      const { receipt, ...changed } = await api.disable(id)
      set(changed)
      return saidOf(done(who), receipt)
    })
  }
  const enable = (): Promise<void> =>
    desk.run(async () => {
      set(await api.enable(id))
      return subjectWords.enabledAgain(who)
    })
  return (
    <div class="card-action">
      {account?.disabledAt === null ? (
        <Button kind="danger" label={words.disable} onClick={disable} />
      ) : (
        <Button label={words.enable} busyLabel={words.enabling} busy={enabling} onClick={() => void run(enable)} />
      )}
    </div>
  )
}
