import type { Receipt } from 'hallpass/browser'
import { useState } from 'preact/hooks'
import { client } from '../client'
import { useAction } from '../parts/action'
import { Button } from '../parts/button'
import { Confirm } from '../parts/confirm'
import { told } from '../refusals'
import { strings } from '../strings'

interface EndManyProps {
  readonly others: number
  readonly onEndedOthers: (receipt: Receipt) => void
  readonly onEndedAll: (receipt: Receipt) => void
}

/** Ends all other sessions, or all of them, after asking. */
export function EndMany({ others, onEndedOthers, onEndedAll }: EndManyProps) {
  const [asking, setAsking] = useState<'others' | 'all' | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const { busy, run } = useAction()

  const end = async (keepCurrent: boolean): Promise<void> => {
    setTrouble(null)
    try {
      const receipt = await client.endSessions({ keepCurrent })
      if (keepCurrent) onEndedOthers(receipt)
      else onEndedAll(receipt)
    } catch (error) {
      setTrouble(told(error, {}).whole)
    } finally {
      setAsking(null)
    }
  }
  const close = (): void => setAsking(null)
  return (
    <>
      <div class="actions">
        {others === 0 ? null : <Button label={strings.devices.endOthers} onClick={() => setAsking('others')} />}
        <Button kind="danger" label={strings.devices.endAll} onClick={() => setAsking('all')} />
      </div>
      {trouble === null ? null : (
        <p class="notice bad" role="alert">
          {trouble}
        </p>
      )}
      {asking === 'others' ? (
        <Confirm
          title={strings.confirmOthers.title}
          text={strings.confirmOthers.text(others)}
          yes={strings.confirmOthers.yes}
          busyLabel={strings.confirmOthers.busy}
          busy={busy}
          onYes={() => void run(() => end(true))}
          onClose={close}
        />
      ) : null}
      {asking === 'all' ? (
        <Confirm
          title={strings.confirmAll.title}
          text={strings.confirmAll.text}
          yes={strings.confirmAll.yes}
          busyLabel={strings.confirmAll.busy}
          busy={busy}
          onYes={() => void run(() => end(false))}
          onClose={close}
        />
      ) : null}
    </>
  )
}
