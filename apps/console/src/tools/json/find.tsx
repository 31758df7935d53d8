import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../parts/button'
import { strings } from '../../strings/json'
import type { Json } from './use-json'

/** Milliseconds of rest before what is typed is looked for. */
const rest = 200

export function Find({ json }: { readonly json: Json }) {
  const { found, find, step } = json
  const [text, setText] = useState(found.text)
  const timer = useRef(0)
  useEffect(() => () => clearTimeout(timer.current), [])
  const typed = (value: string): void => {
    setText(value)
    clearTimeout(timer.current)
    timer.current = window.setTimeout(() => find(value), rest)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    clearTimeout(timer.current)
    if (found.text === text) step(event.shiftKey ? -1 : 1)
    else find(text)
  }
  return (
    <div class="json-find" role="search">
      <label for="json-find">{strings.find}</label>
      <input
        id="json-find"
        type="search"
        value={text}
        spellcheck={false}
        autocapitalize="none"
        autocomplete="off"
        onInput={(event) => typed(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Button label={strings.previous} onClick={() => step(-1)} />
      <Button label={strings.next} onClick={() => step(1)} />
      <span role="status">{found.text === '' ? '' : strings.found(found.index, found.count)}</span>
    </div>
  )
}
