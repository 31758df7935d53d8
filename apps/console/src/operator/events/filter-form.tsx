import { useId, useState } from 'preact/hooks'
import { goTo } from '../../navigation'
import { Button } from '../../parts/button'
import { Link } from '../../parts/link'
import { eventName, eventNames } from '../../strings/events'
import { strings } from '../../strings/operator'
import { addressOf } from '../addresses'
import { TextField } from '../parts'
import { type Filter, filterNames, type FilterName, queryOf } from './filter'

const words = strings.events

/** By what the events are filtered; the address of the page says it, so that it can be handed on. */
export function FilterForm({ filter }: { readonly filter: Filter | null }) {
  const [by, setBy] = useState<FilterName | null>(filter?.by ?? null)
  const [is, setIs] = useState(filter?.is ?? '')
  const id = useId()
  const choose = (chosen: string): void => {
    const name = filterNames.find((known) => known === chosen) ?? null
    setBy(name)
    setIs('')
    if (name === null && filter !== null) goTo(addressOf('events'))
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    show(by, is)
  }
  return (
    <section class="card">
      <form class="filter" onSubmit={submit}>
        <div class="field">
          <label for={`${id}-by`}>{words.by}</label>
          <select id={`${id}-by`} value={by ?? ''} onChange={(event) => choose(event.currentTarget.value)}>
            <option value="">{words.everything}</option>
            {filterNames.map((name) => (
              <option key={name} value={name}>
                {words.filters[name]}
              </option>
            ))}
          </select>
        </div>
        {by === null ? null : by === 'type' ? (
          <Types id={`${id}-type`} value={is} onChoose={(type) => show('type', type)} />
        ) : (
          <>
            <TextField name="value" label={words.filters[by]} value={is} onInput={setIs} />
            <Button submit kind="primary" label={words.show} />
          </>
        )}
      </form>
      {by === null || by === 'type' ? null : <p class="hint">{words.hints[by]}</p>}
      {filter === null ? null : (
        <p class="filtered">
          {words.only} <b class="clamp">{filter.by === 'type' ? eventName(filter.is) : filter.is}</b>{' '}
          <Link to={addressOf('events')}>{words.clear}</Link>
        </p>
      )}
    </section>
  )
}

interface TypesProps {
  readonly id: string
  readonly value: string
  readonly onChoose: (type: string) => void
}

function Types({ id, value, onChoose }: TypesProps) {
  const known = Object.keys(eventNames)
  const all = value === '' || known.includes(value) ? known : [...known, value]
  return (
    <div class="field">
      <label for={id}>{words.filters.type}</label>
      <select id={id} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{words.everything}</option>
        {all.map((type) => (
          <option key={type} value={type}>
            {eventName(type)}
          </option>
        ))}
      </select>
    </div>
  )
}

function show(by: FilterName | null, is: string): void {
  const value = is.trim()
  goTo(addressOf('events') + queryOf(by === null || value === '' ? null : { by, is: value }))
}
