import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ear, Listening } from './port.js'

/** The times of listening and looking; the one place of the driver that keeps time. Milliseconds. */
export interface Pace {
  /** How often to look where nothing is heard. */
  readonly look: number
  /** How long an echo may take. */
  readonly echo: number
  /** How often to ask for one while the connection seems to be in order. */
  readonly check: number
  /** After how long to listen again when it broke; doubled each time, up to `check`. */
  readonly again: number
}

const usual: Pace = { look: 100, echo: 2000, check: 30_000, again: 200 }

export interface Attending {
  /** Null where the driver cannot listen. */
  readonly listen: ((ear: Ear) => Promise<Listening>) | null
  /** Notifies with `echo <mark>`. */
  readonly echo: (mark: string) => Promise<void>
  readonly heard: (payload: string) => void
  /** Something may have been missed. */
  readonly missed: () => void
  /** Changes whenever there is news. */
  readonly pulse: () => Promise<string>
  /** Called whenever LISTEN turns out not to work. */
  readonly deaf: () => void
}

export interface Attendance {
  readonly stop: () => void
}

/** Listens for news until stopped, and looks for it while it cannot listen. Never throws. */
export function attend(attending: Attending, pace: Pace = usual): Attendance {
  const stopped = new AbortController()
  const { signal } = stopped
  void keepAttending(attending, pace, signal)
  return { stop: () => stopped.abort() }
}

async function keepAttending(attending: Attending, pace: Pace, signal: AbortSignal): Promise<void> {
  const { listen, deaf } = attending
  let again = pace.again
  while (!signal.aborted) {
    const worked = listen === null ? 'deaf' : await listenOnce({ ...attending, listen }, pace, signal)
    if (signal.aborted) return
    if (worked === 'deaf') {
      deaf()
      again = pace.check
    }
    if (worked === true) again = pace.again
    await look(attending, pace.look, again, signal)
    again = Math.min(again * 2, pace.check)
  }
}

/** One connection's life: whether it has worked; 'deaf' where it listened, but its own echo did not come. */
async function listenOnce(
  { listen, echo, heard, missed }: Attending & { listen: NonNullable<Attending['listen']> },
  { echo: patience, check }: Pace,
  signal: AbortSignal,
): Promise<boolean | 'deaf'> {
  let worked = false
  let listening: Listening | null = null
  // other instances send theirs over the same channel
  const mark = randomUUID()
  let returned = (): void => {}
  const ear: Ear = {
    heard(payload) {
      if (payload === `echo ${mark}`) returned()
      else if (!payload.startsWith('echo ')) heard(payload)
    },
    began: missed,
  }
  try {
    listening = await listen(ear)
    const broken = listening.broken.then(() => 'broken' as const)
    const later = (ms: number): Promise<'late'> => pause(ms, signal).then(() => 'late')
    while (!signal.aborted) {
      const came = new Promise<'came'>((resolve) => {
        returned = () => resolve('came')
      })
      await echo(mark)
      const answer = await Promise.race([came, broken, later(patience)])
      if (answer === 'late') return worked || 'deaf'
      if (answer === 'broken') return worked
      worked = true
      if ((await Promise.race([broken, later(check)])) === 'broken') return true
    }
    return worked
  } catch {
    // the store is away: whoever reads or writes is told so
    return worked
  } finally {
    listening?.stop()
  }
}

/** Looks for a while. What the first look finds may be news already. */
async function look({ pulse, missed }: Attending, every: number, during: number, signal: AbortSignal): Promise<void> {
  let last: string | null = null
  for (let looked = 0; looked < during && !signal.aborted; looked += every) {
    try {
      const now = await pulse()
      if (now !== last) missed()
      last = now
    } catch {
      // as above
    }
    await pause(every, signal)
  }
}

/** Ends early when stopped; keeps no process alive. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => {})
}
