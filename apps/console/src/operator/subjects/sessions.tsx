import type { SessionBody, SubjectAnswer } from 'hallpass-server/contract'
import { Button } from '../../parts/button'
import { DeviceIcon } from '../../parts/device-icon'
import { strings } from '../../strings/operator'
import { subjectWords } from '../../strings/operator-subjects'
import { deviceName, kindOf } from '../../views/device-pass'
import { api } from '../api'
import { saidOf, useDesk } from '../desk'
import { Fact, When } from '../parts'
import { nameOf } from './name'

const words = subjectWords.subject

interface SessionsProps {
  readonly answer: SubjectAnswer
  readonly set: (answer: SubjectAnswer) => void
  readonly reload: () => Promise<void>
  readonly now: number
}

/** The sessions of one subject, each as the pass that it is. */
export function Sessions({ answer, set, reload, now }: SessionsProps) {
  const desk = useDesk()
  const { subject, sessions } = answer
  const who = nameOf(answer)
  const endAll = (): void => {
    const { title, text, yes, busy, done } = subjectWords.endAllOf
    desk.ask({ title, text: text(who, subject.sessions), yes, busy }, async () => {
      const { receipt, ...changed } = await api.endSessionsOf(subject.id)
      set(changed)
      return saidOf(done(who), receipt)
    })
  }
  const end = (session: SessionBody): void => {
    const { title, text, yes, busy, done } = subjectWords.endOne
    const device = deviceName(session)
    desk.ask({ title, text: text(device, who), yes, busy }, async () => {
      const { receipt } = await api.endSession(session.id)
      await reload()
      return saidOf(done(device, who), receipt)
    })
  }
  return (
    <section class="sessions">
      <h2>{words.sessions}</h2>
      {sessions.length === 0 ? <p class="hint">{words.noSessions}</p> : null}
      {sessions.length < subject.sessions ? (
        <p class="hint">{words.sessionCount(sessions.length, subject.sessions)}</p>
      ) : null}
      <ul class="passes">
        {sessions.map((session) => (
          <Pass key={session.id} session={session} now={now} onEnd={() => end(session)} />
        ))}
      </ul>
      {sessions.length === 0 ? null : (
        <div class="actions">
          <Button kind="danger" label={words.endAll} onClick={endAll} />
        </div>
      )}
    </section>
  )
}

interface PassProps {
  readonly session: SessionBody
  readonly now: number
  readonly onEnd: () => void
}

function Pass({ session, now, onEnd }: PassProps) {
  const { id, device, current, amr, lastSeenAt, createdAt } = session
  const name = deviceName(session)
  return (
    <li class={current ? 'pass current' : 'pass'}>
      <div class="pass-body">
        <div class="stub">
          <DeviceIcon kind={kindOf(session)} />
        </div>
        <div class="pass-text">
          <h3>
            <span class="clamp">{name}</span> {current ? <span class="badge">{words.yours}</span> : null}
          </h3>
          <dl>
            <Fact label={words.lastSeen}>
              <When at={lastSeenAt} now={now} />
            </Fact>
            <Fact label={words.firstSeen}>
              <When at={createdAt} now={now} />
            </Fact>
            <Fact label={words.method}>{amr.length === 0 ? strings.none : amr.join(', ')}</Fact>
            <Fact label={words.network}>{device.network ?? strings.none}</Fact>
          </dl>
          <p class="pass-id">
            {words.session} <code class="untrusted">{id}</code>
          </p>
        </div>
        <div class="pass-action">
          <Button label={words.end} fullLabel={words.endLabel(name, id)} onClick={onEnd} />
        </div>
      </div>
    </li>
  )
}
