import { useLayoutEffect, useRef } from 'preact/hooks'
import { Button } from '../../parts/button'
import { strings } from '../../strings/requests'
import { type Row, row } from './draft'

const words = strings.compose

interface HeaderRowsProps {
  readonly rows: readonly Row[]
  readonly onChange: (rows: readonly Row[]) => void
}

export function HeaderRows({ rows, onChange }: HeaderRowsProps) {
  const group = useRef<HTMLFieldSetElement>(null)
  const focusNext = useRef<number | null>(null)
  useLayoutEffect(() => {
    if (focusNext.current === null) return
    const names = group.current?.querySelectorAll<HTMLElement>('input[name="header-name"]')
    const next = names?.[Math.min(focusNext.current, names.length - 1)]
    ;(next ?? group.current?.querySelector<HTMLElement>('button'))?.focus()
    focusNext.current = null
  })
  const set = (changed: Row): void => onChange(rows.map((one) => (one.id === changed.id ? changed : one)))
  const remove = (index: number): void => {
    focusNext.current = index
    onChange(rows.filter((_, other) => other !== index))
  }
  const add = (): void => {
    focusNext.current = rows.length
    onChange([...rows, row('', '')])
  }
  return (
    <fieldset class="header-rows" ref={group}>
      <legend>{words.headers}</legend>
      {rows.map((one, index) => (
        <div class="header-row" key={one.id}>
          <Text
            name="header-name"
            label={words.headerName(index + 1)}
            placeholder={words.name}
            value={one.name}
            onInput={(name) => set({ ...one, name })}
          />
          <Text
            name="header-value"
            label={words.headerValue(index + 1)}
            placeholder={words.value}
            value={one.value}
            onInput={(value) => set({ ...one, value })}
          />
          <button
            type="button"
            class="button quiet"
            aria-label={words.removeHeader(index + 1)}
            onClick={() => remove(index)}
          >
            {words.remove}
          </button>
        </div>
      ))}
      <Button label={words.addHeader} onClick={add} />
    </fieldset>
  )
}

interface TextProps {
  readonly name: string
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onInput: (value: string) => void
}

function Text({ name, label, placeholder, value, onInput }: TextProps) {
  return (
    <input
      type="text"
      class="code"
      name={name}
      aria-label={label}
      placeholder={placeholder}
      autocomplete="off"
      autocapitalize="none"
      spellcheck={false}
      value={value}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  )
}
