import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../parts/button'
import { strings } from '../../strings/json'
import type { Json } from './use-json'

/** Characters, and bytes of a file: a field that holds more makes every keystroke slow. */
const longestTyped = 200_000
/** Milliseconds of rest before what is typed is read. */
const rest = 150

interface Held {
  readonly name: string
  readonly size: number
}

/** What is in the field, or held in the worker instead. */
function useText(json: Json) {
  const [text, setText] = useState('')
  const [held, setHeld] = useState<Held | null>(null)
  const timer = useRef(0)
  useEffect(() => () => clearTimeout(timer.current), [])

  const hold = (source: string | File, name: string): void => {
    clearTimeout(timer.current)
    setText('')
    setHeld({ name, size: typeof source === 'string' ? source.length : source.size })
    json.open(source)
  }
  const typed = (value: string, wait: number): void => {
    clearTimeout(timer.current)
    if (value.length > longestTyped) return hold(value, strings.pastedText)
    setHeld(null)
    setText(value)
    if (value.trim() === '') json.close()
    else timer.current = window.setTimeout(() => json.open(value), wait)
  }
  /** A short file goes into the field, where it can be edited, unless it would not be the same there. */
  const takeFile = async (file: File): Promise<void> => {
    const text = file.size > longestTyped ? null : textOf(await file.arrayBuffer())
    if (text === null || text === '' || text.includes('\r')) hold(file, file.name)
    else typed(text, 0)
  }
  /** @returns whether it was taken; else the browser puts it into the field */
  const take = (data: DataTransfer | null, name: string): boolean => {
    const file = data?.files[0]
    if (file !== undefined) void takeFile(file)
    else {
      const string = data?.getData('text/plain') ?? ''
      if (string.length + text.length <= longestTyped) return false
      hold(string, name)
    }
    return true
  }
  return { text, held, typed, take, takeFile }
}

/** Takes text in every way there is. What is long goes to the worker as it comes, and never into the field. */
export function Input({ json }: { readonly json: Json }) {
  const { text, held, typed, take, takeFile } = useText(json)
  const [over, setOver] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const clear = (): void => {
    typed('', 0)
    field.current?.focus()
  }
  const onPaste = (event: ClipboardEvent): void => {
    if (take(event.clipboardData, strings.pastedText)) event.preventDefault()
  }
  const onDrop = (event: DragEvent): void => {
    setOver(false)
    if (take(event.dataTransfer, strings.droppedText)) event.preventDefault()
  }
  const onDragOver = (event: DragEvent): void => {
    setOver(true)
    if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault()
  }
  return (
    <section
      class={over ? 'slip json-input over' : 'slip json-input'}
      aria-label={strings.input}
      onPaste={onPaste}
      onDrop={onDrop}
      onDragOver={onDragOver}
      onDragLeave={() => setOver(false)}
    >
      <div class="json-input-head">
        <label for="json-text">{strings.input}</label>
        <FilePicker onFile={(file) => void takeFile(file)} />
        {text === '' && held === null ? null : <Button label={strings.clear} onClick={clear} />}
      </div>
      {held === null ? null : <p class="json-held">{strings.held(held.name, strings.size(held.size))}</p>}
      <textarea
        id="json-text"
        ref={field}
        rows={held === null ? 8 : 2}
        value={text}
        placeholder={strings.placeholder}
        spellcheck={false}
        autocapitalize="none"
        autocomplete="off"
        aria-describedby="json-text-hint"
        onInput={(event) => typed(event.currentTarget.value, rest)}
      />
      <p class="hint" id="json-text-hint">
        {strings.inputHint}
      </p>
    </section>
  )
}

function FilePicker({ onFile }: { readonly onFile: (file: File) => void }) {
  const picker = useRef<HTMLInputElement>(null)
  const picked = (): void => {
    const file = picker.current?.files?.[0]
    if (file !== undefined) onFile(file)
    // so that the same file can be opened again
    if (picker.current !== null) picker.current.value = ''
  }
  return (
    <>
      <Button label={strings.openFile} onClick={() => picker.current?.click()} />
      <input ref={picker} type="file" hidden aria-label={strings.openFile} onChange={picked} />
    </>
  )
}

function textOf(bytes: ArrayBuffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
