import { strings } from '../../strings/requests'
import type { Reach } from './senders'

const words = strings.page

interface ReachProps {
  readonly reach: Reach | null
  readonly url: string
}

/** By whose hand requests leave, and what is seen of the answers then. */
export function ReachView({ reach, url }: ReachProps) {
  if (reach === null) return <p class="notice">{strings.looking}</p>
  if (reach.is === 'relay')
    return (
      <div class="notice good">
        <p>
          <strong>{strings.relay.title}.</strong> {strings.relay.text}
        </p>
      </div>
    )
  return (
    <div class="notice reach">
      <p>
        <strong>{words.title}.</strong> {words.sees}
      </p>
      {servedByHallpass ? <Operator isOne={reach.operator} /> : null}
      <p>
        {servedByHallpass ? words.line : words.elsewhere} <code>{words.request(url)}</code>
      </p>
    </div>
  )
}

function Operator({ isOne }: { readonly isOne: boolean }) {
  if (isOne) return <p>{words.noRelay}</p>
  return (
    <p>
      {words.operator} <code>{words.command}</code>.
    </p>
  )
}
