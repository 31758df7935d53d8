import { Button } from '../../parts/button'
import { parts } from '../../strings/parts'
import { strings } from '../../strings/json'
import type { Busy } from './use-json'

/** Shown only where something takes long enough to be noticed (see `.json-progress`). */
export function Progress({ busy }: { readonly busy: Busy | null }) {
  if (busy === null) return null
  const { what, done, cancel } = busy
  return (
    <div class="json-progress">
      <label>
        <span>
          {what} {done === null ? '' : strings.percent(done)}
        </span>
        {done === null ? <progress max={1} /> : <progress max={1} value={done} />}
      </label>
      <Button label={parts.cancel} onClick={cancel} />
    </div>
  )
}
