import type { Receipt } from 'hallpass/browser'
import { useState } from 'preact/hooks'
import { client } from '../client'
import { useAction } from '../parts/action'
import { Button } from '../parts/button'
import { Confirm } from '../parts/confirm'
import { told } from '../refusals'
import { strings } from '../strings/account'

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
  const words = asking === 'all' ? strings.confirmAll : strings.confirmOthers
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
      {asking === null ? null : (
        <Confirm
          title={words.title}
          text={words.text(others)}
          yes={words.yes}
          busyLabel={words.busy}
          busy={busy}
          onYes={() => void run(() => end(asking === 'others'))}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  )
}
