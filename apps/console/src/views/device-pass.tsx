import type { SessionInfo } from 'hallpass/browser'
import { Button } from '../parts/button'
import { DeviceIcon, type DeviceKind } from '../parts/device-icon'
import { strings } from '../strings/account'
import { parts } from '../strings/parts'

const words = strings.devices

interface DevicePassProps {
  readonly session: SessionInfo
  readonly now: number
  readonly busy: boolean
  readonly onEnd: () => void
}

/** One session, drawn as the pass that it is. */
export function DevicePass({ session, now, busy, onEnd }: DevicePassProps) {
  const { device, current, lastSeenAt, createdAt, amr } = session
  const name = deviceName(session)
  const lastSeen = parts.ago(Date.parse(lastSeenAt), now)
  return (
    <li class={current ? 'pass current' : 'pass'}>
      <div class="pass-body">
        <div class="stub">
          <DeviceIcon kind={kindOf(session)} />
        </div>
        <div class="pass-text">
          <h3>
            {name} {current ? <span class="badge">{words.current}</span> : null}
          </h3>
          <dl>
            <Fact label={words.lastSeen} time={lastSeenAt} value={lastSeen} />
            <Fact label={words.firstSeen} time={createdAt} value={parts.exactly(Date.parse(createdAt))} />
            {amr.length === 0 ? null : <Fact label={words.method} value={words.methods(amr)} />}
            {device.network === null ? null : <Fact label={words.network} value={device.network} />}
          </dl>
        </div>
        <div class="pass-action">
          <Button
            label={current ? words.signOut : words.end}
            busyLabel={current ? words.signingOut : words.ending}
            {...(current ? {} : { fullLabel: words.endLabel(name, lastSeen) })}
            busy={busy}
            onClick={onEnd}
          />
        </div>
      </div>
    </li>
  )
}

function Fact({ label, value, time }: { readonly label: string; readonly value: string; readonly time?: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {time === undefined ? (
          value
        ) : (
          <time dateTime={time} title={parts.exactly(Date.parse(time))}>
            {value}
          </time>
        )}
      </dd>
    </div>
  )
}

export function deviceName({ device }: SessionInfo): string {
  return device.name ?? (device.userAgent === null ? words.unnamed : words.app)
}

export function kindOf({ device }: SessionInfo): DeviceKind {
  if (device.name === null) return 'program'
  return /iPhone|iPad|Android|Mobile/.test(device.userAgent ?? '') ? 'phone' : 'computer'
}
