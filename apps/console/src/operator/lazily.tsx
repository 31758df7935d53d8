import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button } from '../parts/button'
import { strings } from '../strings/operator'
import { parts } from '../strings/parts'

type Load<Props> = () => Promise<ComponentType<Props>>

interface LazilyProps<Props> {
  readonly load: Load<Props>
  readonly props: Props
}

/** A view whose code comes when it is first looked at. */
export function Lazily<Props extends object>({ load, props }: LazilyProps<Props>) {
  const [view, setView] = useState<{ readonly View: ComponentType<Props> } | null>(null)
  const [failed, setFailed] = useState(false)
  const fetchView = (): void => {
    setFailed(false)
    load().then(
      (View) => setView({ View }),
      () => setFailed(true),
    )
  }
  useEffect(fetchView, [])
  if (view !== null) return <view.View {...props} />
  return (
    <main id="content" class="page">
      {failed ? (
        <div class="notice bad" role="alert">
          <p>{parts.network}</p>
          <Button label={parts.tryAgain} onClick={fetchView} />
        </div>
      ) : (
        <p class="hint loading">{strings.loading}</p>
      )}
    </main>
  )
}
