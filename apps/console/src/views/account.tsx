import type { Receipt, SessionInfo } from 'hallpass/browser'
import type { AccountAnswer } from 'hallpass-server/contract'
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { client, ownAccount } from '../client'
import { goTo } from '../navigation'
import { useAction } from '../parts/action'
import { Button } from '../parts/button'
import { Page } from '../parts/page'
import { told } from '../refusals'
import { strings } from '../strings/account'
import { parts } from '../strings/parts'
import { ChangePassword } from './change-password'
import { deviceName, DevicePass } from './device-pass'
import { EndMany } from './end-many'
import { Events } from './events'

const words = strings.devices

interface Status {
  /** Whether what was asked for has happened. */
  readonly done: boolean
  readonly sentence: string
}

export function Account() {
  const { sessions, account, trouble, load } = useAccount()
  const [status, setStatus] = useState<Status | null>(null)
  const email = account?.email ?? null
  const [passwordAsked, askForPassword] = useState(0)
  const statusLine = useRef<HTMLDivElement>(null)

  /** Says what has happened, where eyes and screen readers find it: the button that was pressed may be gone. */
  const tell = async (status: Status): Promise<void> => {
    if (status.done) await load()
    setStatus(status)
    statusLine.current?.focus()
  }
  return (
    <Page title={words.title} lead={words.lead}>
      {email === null ? null : (
        <p class="who">
          {words.signedInAs} <strong>{email}</strong>
          {account?.roles.includes('operator') === true ? <a href="/console">{words.console}</a> : null}
        </p>
      )}
      <div class="status" role="status" tabIndex={-1} ref={statusLine}>
        {status === null ? null : <p class={`notice ${status.done ? 'good' : 'bad'}`}>{status.sentence}</p>}
      </div>
      {trouble === null ? null : (
        <div class="notice bad" role="alert">
          <p>{trouble}</p>
          <Button label={parts.tryAgain} onClick={() => void load()} />
        </div>
      )}
      {sessions === null && trouble === null ? <p class="hint">{words.loading}</p> : null}
      {sessions === null ? null : <Devices sessions={sessions} tell={tell} />}
      {sessions === null ? null : (
        <ChangePassword
          email={email}
          onChanged={(sentence) => void tell({ done: true, sentence })}
          asked={passwordAsked}
        />
      )}
      {sessions === null ? null : (
        <Events
          changes={status}
          onDisowned={(receipt) => {
            void tell(saidOf(receipt, strings.events.disowned)).then(() => askForPassword((times) => times + 1))
          }}
        />
      )}
    </Page>
  )
}

function useAccount() {
  const [account, setAccount] = useState<AccountAnswer['account'] | null>(null)
  const [sessions, setSessions] = useState<readonly SessionInfo[] | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const load = useCallback(async () => {
    try {
      const [found, whose] = await Promise.all([client.sessions(), ownAccount()])
      setSessions(found)
      setAccount(whose)
      setTrouble(null)
    } catch (error) {
      setTrouble(told(error, {}).whole)
    }
  }, [])
  useEffect(() => void load(), [load])
  return { sessions, account, trouble, load }
}

interface DevicesProps {
  readonly sessions: readonly SessionInfo[]
  readonly tell: (status: Status) => Promise<void>
}

function Devices({ sessions, tell }: DevicesProps) {
  const [ending, setEnding] = useState<string | null>(null)
  const { run } = useAction()
  const now = useNow()

  const end = async (session: SessionInfo): Promise<void> => {
    setEnding(session.id)
    try {
      if (session.current) await client.signOut()
      else await tell(saidOf(await client.endSession(session.id), strings.endedOne(deviceName(session))))
    } catch (error) {
      await tell({ done: false, sentence: told(error, {}).whole ?? parts.unexpected })
    } finally {
      setEnding(null)
    }
  }
  const others = sessions.filter((session) => !session.current).length
  return (
    <section>
      <h2 class="visually-hidden" id="devices">
        {words.list}
      </h2>
      <ul class="passes" aria-labelledby="devices">
        {ordered(sessions).map((session) => (
          <DevicePass
            key={session.id}
            session={session}
            now={now}
            busy={ending === session.id}
            onEnd={() => void run(() => end(session))}
          />
        ))}
      </ul>
      {others === 0 ? <p class="hint">{words.alone}</p> : null}
      <EndMany
        others={others}
        onEndedOthers={(receipt) => void tell(saidOf(receipt, strings.endedOthers))}
        onEndedAll={(receipt) => goTo('/sign-in', saidOf(receipt, strings.endedAll).sentence)}
      />
    </section>
  )
}

/** This device first, then by when they were last seen. */
function ordered(sessions: readonly SessionInfo[]): SessionInfo[] {
  return [...sessions].sort(
    (a, b) => Number(b.current) - Number(a.current) || Date.parse(b.lastSeenAt) - Date.parse(a.lastSeenAt),
  )
}

function saidOf(receipt: Receipt, what: string): Status {
  return {
    done: true,
    sentence: parts.receipt(what, receipt.tookMilliseconds, receipt.acknowledged.length, receipt.waitedOut.length),
  }
}

function useNow(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
