import { useState } from 'preact/hooks'
import { Button } from '../../parts/button'
import type { JsonIndent } from 'hallpass/inspect'
import { everyLevel, strings } from '../../strings/json'
import { copied } from './clipboard'
import type { Json, View } from './use-json'

const views: readonly View[] = ['tree', 'text']
const layouts: readonly JsonIndent[] = ['  ', '    ', '\t', '']
const levels = [0, 1, 2, 3, 5, everyLevel]

/** How it is shown, and what to do with it. */
export function Toolbar({ json }: { readonly json: Json }) {
  const { view, setView, arrangement, arrange, shown } = json
  const { said, copy, download } = useTaking(json)
  return (
    <>
      <div class="json-tools">
        <div class="json-views" role="group" aria-label={strings.view}>
          {views.map((one) => (
            <button key={one} type="button" aria-pressed={one === view} onClick={() => setView(one)}>
              {strings[one]}
            </button>
          ))}
        </div>
        {view === 'tree' ? (
          <Levels json={json} />
        ) : (
          <label class="json-choice">
            {strings.layout}
            <select
              value={arrangement.indent}
              onChange={(event) => arrange({ ...arrangement, indent: event.currentTarget.value as JsonIndent })}
            >
              {layouts.map((indent) => (
                <option key={indent} value={indent}>
                  {strings.layouts[indent]}
                </option>
              ))}
            </select>
          </label>
        )}
        <label class="check">
          <input
            type="checkbox"
            checked={arrangement.sorted}
            onChange={(event) => arrange({ ...arrangement, sorted: event.currentTarget.checked })}
          />
          {strings.sort}
        </label>
        <div class="json-take">
          <Button label={strings.copy} onClick={() => void copy()} />
          <Button label={strings.download} onClick={() => void download()} />
        </div>
      </div>
      <p role="status" class="hint">
        {shown.refusal ?? said}
      </p>
    </>
  )
}

function Levels({ json }: { readonly json: Json }) {
  return (
    <label class="json-choice">
      {strings.levels}
      <select
        value=""
        onChange={(event) => {
          if (event.currentTarget.value !== '') void json.expand(Number(event.currentTarget.value))
          event.currentTarget.value = ''
        }}
      >
        <option value="">{strings.levelsAsOpened}</option>
        {levels.map((one) => (
          <option key={one} value={one}>
            {strings.level(one)}
          </option>
        ))}
      </select>
    </label>
  )
}

/** The text goes from the worker to the clipboard or the disk as a blob. */
function useTaking({ write, shown }: Json) {
  const [said, setSaid] = useState('')
  const copy = async (): Promise<void> => {
    if (shown.refusal === null) setSaid(await copied(write(), strings.cannotCopy))
  }
  const download = async (): Promise<void> => {
    if (shown.refusal !== null) return
    const blob = await write().catch(() => null)
    // cancelled, or told beside the progress already
    if (blob === null) return
    const address = URL.createObjectURL(blob)
    const link = document.createElement('a')
    link.href = address
    link.download = strings.fileName
    link.click()
    setTimeout(() => URL.revokeObjectURL(address), 60_000)
  }
  return { said, copy, download }
}
