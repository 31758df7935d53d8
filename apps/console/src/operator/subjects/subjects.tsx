import type { OperatorAnswer, SubjectBody, SubjectsAnswer } from 'hallpass-server/contract'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useAction } from '../../parts/action'
import { Button } from '../../parts/button'
import { Link } from '../../parts/link'
import { told } from '../../refusals'
import { strings } from '../../strings/operator'
import { subjectWords } from '../../strings/operator-subjects'
import { parts } from '../../strings/parts'
import { addressOf, addressOfSubject } from '../addresses'
import { api } from '../api'
import { DeskPage, saidOf, useDesk } from '../desk'
import { onlyLatest } from '../latest'
import { useNow } from '../live'
import { TextField, When } from '../parts'

const words = subjectWords.subjects
/** Milliseconds without a key pressed, after which a search is sent. */
const pause = 200

export function Subjects({ operator }: { readonly operator: OperatorAnswer }) {
  return (
    <DeskPage operator={operator} title={words.title} lead={words.lead}>
      <Search />
      <Emergency />
    </DeskPage>
  )
}

function Search() {
  const { search, type, found, searching, trouble, again, more } = useSearch()
  const { busy, run } = useAction()
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    void again()
  }
  return (
    <>
      <form role="search" class="card" onSubmit={submit}>
        <TextField name="search" label={words.search} hint={words.hint} value={search} onInput={type} />
      </form>
      {trouble === null ? null : (
        <div class="notice bad" role="alert">
          <p>{trouble}</p>
          <Button label={parts.tryAgain} onClick={() => void again()} />
        </div>
      )}
      {found === null || found.subjects.length === 0 ? null : <Found subjects={found.subjects} />}
      <div class="beside">
        <p class="hint" role="status">
          {saidOfSearch(found, searching, search)}
        </p>
        {found === null || found.next === null ? null : (
          <Button label={words.more} busyLabel={words.loadingMore} busy={busy} onClick={() => void run(more)} />
        )}
      </div>
    </>
  )
}

function saidOfSearch(found: SubjectsAnswer | null, searching: boolean, search: string): string {
  if (searching || found === null) return searching ? words.searching : ''
  const say = search.trim() === '' ? words.showing : words.showingFound
  return say(found.subjects.length, found.next !== null)
}

/** Searches as somebody types: once they pause, and only the answer to what they typed last counts. */
function useSearch() {
  const [search, setSearch] = useState(() => new URLSearchParams(location.search).get('search') ?? '')
  const [found, setFound] = useState<SubjectsAnswer | null>(null)
  const [searching, setSearching] = useState(true)
  const [trouble, setTrouble] = useState<string | null>(null)
  const latest = useRef(onlyLatest())
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)

  const ask = async (search: string, before: SubjectsAnswer | null): Promise<void> => {
    try {
      const answer = await latest.current(() => api.subjects(search.trim(), before?.next ?? null))
      if (answer === null) return
      setFound({ ...answer, subjects: [...(before?.subjects ?? []), ...answer.subjects] })
      setTrouble(null)
    } catch (error) {
      const { fields, whole } = told(error, { search: words.search })
      setTrouble(fields['search'] ?? whole)
    }
    setSearching(false)
  }
  const again = (text = search): Promise<void> => {
    clearTimeout(timer.current)
    setSearching(true)
    // so that going back from a subject finds the same again
    const query = text.trim() === '' ? '' : `?${new URLSearchParams({ search: text.trim() })}`
    history.replaceState(history.state, '', addressOf('subjects') + query)
    return ask(text, null)
  }
  const type = (text: string): void => {
    setSearch(text)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void again(text), pause)
  }
  useEffect(() => {
    void ask(search, null)
    return () => clearTimeout(timer.current)
  }, [])
  return { search, type, found, searching, trouble, again: () => again(), more: () => ask(search, found) }
}

function Found({ subjects }: { readonly subjects: readonly SubjectBody[] }) {
  const now = useNow()
  return (
    <div class="card table-card">
      <table class="subjects">
        <caption class="visually-hidden">{words.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.subject}</th>
            <th scope="col" class="number">
              {words.sessions}
            </th>
            <th scope="col">{words.lastSeen}</th>
          </tr>
        </thead>
        <tbody>
          {subjects.map((subject) => (
            <Row key={subject.id} subject={subject} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({
  subject: { id, account, sessions, lastSeenAt },
  now,
}: {
  readonly subject: SubjectBody
  readonly now: number
}) {
  return (
    <tr>
      <th scope="row">
        <Link class="clamp" to={addressOfSubject(id)}>
          {account?.email ?? id}
        </Link>
        <span class="hint clamp">{account === null ? words.noAccount : id}</span>
        {account === null ? null : <Badges disabled={account.disabledAt !== null} roles={account.roles} />}
      </th>
      <td class="number">{strings.count(sessions)}</td>
      <td>{lastSeenAt === null ? strings.none : <When at={lastSeenAt} now={now} />}</td>
    </tr>
  )
}

export function Badges({ disabled, roles }: { readonly disabled: boolean; readonly roles: readonly string[] }) {
  if (!disabled && roles.length === 0) return null
  return (
    <span class="badges">
      {disabled ? <span class="badge ill">{words.disabled}</span> : null}
      {roles.map((role) => (
        <span key={role} class="badge untrusted">
          {role}
        </span>
      ))}
    </span>
  )
}

function Emergency() {
  const desk = useDesk()
  const { title, text, word, yes, busy, done } = subjectWords.endEverything
  const end = (): void =>
    desk.ask({ title, text, word, yes, busy }, async () => saidOf(done, (await api.endEverySession()).receipt))
  return (
    <section class="card emergency">
      <h2>{words.danger}</h2>
      <p class="hint">{words.endEverythingHint}</p>
      <div class="card-action">
        <Button kind="danger" label={words.endEverything} onClick={end} />
      </div>
    </section>
  )
}
