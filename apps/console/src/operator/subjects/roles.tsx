import type { SubjectAnswer } from 'hallpass-server/contract'
import { useState } from 'preact/hooks'
import { useAction } from '../../parts/action'
import { Button } from '../../parts/button'
import { strings } from '../../strings/operator'
import { subjectWords } from '../../strings/operator-subjects'
import { api } from '../api'
import { Cancelled } from '../../parts/step-up'
import { useDesk } from '../desk'
import { TextField } from '../parts'
import { toldOfLists } from '../told-of-lists'
import { nameOf } from './name'

const words = subjectWords.subject

interface RolesProps {
  readonly answer: SubjectAnswer
  readonly roles: readonly string[]
  readonly set: (answer: SubjectAnswer) => void
}

/** What somebody may do. */
export function Roles({ answer, roles, set }: RolesProps) {
  const desk = useDesk()
  const { id } = answer.subject
  const who = nameOf(answer)
  const take = (role: string): void => {
    const { title, text, yes, busy } = subjectWords.takeRole
    desk.ask({ title: title(role), text: text(role, who), yes, busy }, async () => {
      const left = roles.filter((other) => other !== role)
      set(await api.setRoles(id, left))
      return words.taken(role, who)
    })
  }
  const grant = async (role: string): Promise<void> => {
    set(await desk.proven(() => api.setRoles(id, [...roles.filter((other) => other !== role), role])))
    desk.tell({ done: true, sentence: words.granted(role, who) })
  }
  return (
    <section class="card">
      <h2>{words.roles}</h2>
      {roles.length === 0 ? <p class="hint">{words.noRoles}</p> : null}
      <ul class="rows">
        {roles.map((role) => (
          <li key={role}>
            <b class="untrusted">{role}</b>
            <Button label={words.take} fullLabel={words.takeLabel(role, who)} onClick={() => take(role)} />
          </li>
        ))}
      </ul>
      <Grant grant={grant} />
    </section>
  )
}

function Grant({ grant }: { readonly grant: (role: string) => Promise<void> }) {
  const [role, setRole] = useState('')
  const [trouble, setTrouble] = useState<string | undefined>(undefined)
  const { busy, run } = useAction()
  const send = async (): Promise<void> => {
    try {
      setTrouble(undefined)
      await grant(role.trim())
      setRole('')
    } catch (error) {
      const { fields, whole } = toldOfLists(error, { roles: words.role })
      setTrouble(error instanceof Cancelled ? strings.nothingChanged : (fields['roles'] ?? whole ?? undefined))
    }
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (role.trim() !== '') void run(send)
  }
  return (
    <form class="grant" onSubmit={submit}>
      <TextField name="role" label={words.role} hint={words.roleHint} value={role} error={trouble} onInput={setRole} />
      <Button submit label={words.grant} busyLabel={words.granting} busy={busy} />
    </form>
  )
}
