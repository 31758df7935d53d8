import type { OperatorAnswer } from 'hallpass-server/contract'
import { useState } from 'preact/hooks'
import { useAction } from '../../parts/action'
import { Button } from '../../parts/button'
import { told } from '../../refusals'
import { strings } from '../../strings/operator'
import { keyWords } from '../../strings/operator-keys'
import { parts } from '../../strings/parts'
import { api } from '../api'
import { DeskPage, saidOf, useDesk } from '../desk'
import { useAnswer, useNow } from '../live'
import { Fact, Loaded, When } from '../parts'
import { Rehearsed } from './rehearsed'
import type { KeySchedule, Rehearsal, ScheduledKey } from './schedule'
import { TimelineFigure } from './timeline-figure'

const words = keyWords.keys
const every = 15_000

export function Keys({ operator }: { readonly operator: OperatorAnswer }) {
  const answered = useAnswer(api.keys, every)
  return (
    <DeskPage operator={operator} title={words.title} lead={words.lead}>
      <Loaded answered={answered}>
        {(schedule) => <Ring schedule={schedule} set={answered.set} reload={answered.reload} />}
      </Loaded>
    </DeskPage>
  )
}

interface RingProps {
  readonly schedule: KeySchedule
  readonly set: (schedule: KeySchedule) => void
  readonly reload: () => Promise<void>
}

function Ring({ schedule, set, reload }: RingProps) {
  const now = useNow()
  return (
    <>
      <TimelineFigure schedule={schedule} now={now} />
      <ul class="cards shared">
        {schedule.keys.map((key) => (
          <Key key={key.kid} scheduled={key} now={now} reload={reload} />
        ))}
      </ul>
      <Rotation schedule={schedule} now={now} set={set} />
    </>
  )
}

interface KeyProps {
  readonly scheduled: ScheduledKey
  readonly now: number
  readonly reload: () => Promise<void>
}

function Key({ scheduled: { kid, alg, state, since, until }, now, reload }: KeyProps) {
  const desk = useDesk()
  const { title, text, word, yes, busy, done } = keyWords.revokeKey
  const revoke = (): void =>
    desk.ask({ title, text: text(kid), word, yes, busy }, async () => {
      const { receipt } = await api.revokeKey(kid)
      await reload()
      return saidOf(done(kid), receipt)
    })
  return (
    <li class="card">
      <h2>
        <code class="untrusted">{kid}</code>
        <span class={`badge key-${state}`}>{words.states[state]}</span>
      </h2>
      <p class="hint">{words.meanings[state]}</p>
      <dl class="facts">
        <Fact label="alg">{alg}</Fact>
        <Fact label={words.since}>
          <When at={since} now={now} />
        </Fact>
        <Fact label={words.until[state]}>{until === null ? words.open : <When at={until} now={now} />}</Fact>
      </dl>
      <div class="card-action">
        <Button kind="danger" label={words.revoke} fullLabel={words.revokeLabel(kid)} onClick={revoke} />
      </div>
    </li>
  )
}

interface RotationProps {
  readonly schedule: KeySchedule
  readonly now: number
  readonly set: (schedule: KeySchedule) => void
}

function Rotation({ schedule, now, set }: RotationProps) {
  const desk = useDesk()
  const [rehearsal, setRehearsal] = useState<Rehearsal | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const { busy, run } = useAction()
  const rehearse = async (): Promise<void> => {
    try {
      setRehearsal(await api.rehearsal())
      setTrouble(null)
    } catch (error) {
      setTrouble(told(error, {}).whole)
    }
  }
  const rotate = (): void => {
    const { title, text, yes, busy } = keyWords.rotate
    desk.ask({ title, text: text(named(schedule, 'active'), named(schedule, 'next')), yes, busy }, async () => {
      const rotated = await api.rotate()
      set(rotated)
      setRehearsal(null)
      return words.rotated(named(rotated, 'active'))
    })
  }
  return (
    <section class="card">
      <h2>{words.rotateTitle}</h2>
      <p class="hint">
        {words.rotatesBy} <When at={schedule.rotatesAt} now={now} />, {parts.exactly(schedule.rotatesAt)}.
      </p>
      {trouble === null ? null : (
        <p class="notice bad" role="alert">
          {trouble}
        </p>
      )}
      <div role="status">{rehearsal === null ? null : <Rehearsed rehearsal={rehearsal} now={now} />}</div>
      <div class="actions">
        <Button
          kind="primary"
          label={words.rehearse}
          busyLabel={words.rehearsing}
          busy={busy}
          onClick={() => void run(rehearse)}
        />
        <Button label={words.rotate} onClick={rotate} />
      </div>
    </section>
  )
}

function named({ keys }: KeySchedule, state: ScheduledKey['state']): string {
  return keys.find((key) => key.state === state)?.kid ?? strings.none
}
