import { HallpassError } from '../core/errors.js'
import type { Found } from '../core/session.js'
import type { Begun } from '../core/sign-in.js'
import type { Receipt } from '../core/receipt.js'
import { stepUp, type StepUpVerdict } from '../core/step-up.js'
import { newChain } from './chain.js'
import { type Carried, carry, type Engine } from './engine.js'
import { believed, othersEnded } from './revoke.js'
import { settle, settleEndingOthers } from './settle.js'

export interface ProvedAgain {
  readonly subject: string
  readonly amr: readonly string[]
  readonly begun: Begun | null
  /** Ends every other session of the subject in the same step. */
  readonly endOthers: boolean
}

export interface SteppedUp extends Carried {
  /** What became of the other sessions; null where they were left alone. */
  readonly receipt: Receipt | null
}

/** Gives a session new secrets after its subject proved again who they are; its id stays. */
export async function stepUpSession(engine: Engine, id: string, proved: ProvedAgain): Promise<SteppedUp> {
  const { subject, begun, amr, endOthers } = proved
  const startedAt = engine.runtime.now()
  const secrets = await newChain(engine, id)
  const decide = (found: Found): ReturnType<typeof stepUp> => {
    if (begun !== null && !(begun.subject === subject && begun.subjectVersion === found.versions.subjectVersion)) {
      throw new HallpassError('superseded', { reason: `subject ${subject} was signed out after begin` })
    }
    const lifetime = engine.strategy.lifetime(engine.policy, found.record?.remember === true)
    return stepUp(found, { secrets, lifetime, amr }, engine.runtime.now())
  }
  const { verdict, assurance } = endOthers
    ? await settleEndingOthers(engine, id, subject, decide)
    : await settle(engine, id, decide)
  mustHaveSteppedUp(verdict)
  const receipt = endOthers && assurance !== null ? othersEnded(engine, subject, id, assurance) : null

  const { record, versions } = await believed(engine, id)
  return { ...(await carry(engine, record, versions, startedAt)), receipt }
}

function mustHaveSteppedUp(verdict: StepUpVerdict): void {
  if (verdict.outcome === 'ended') throw new HallpassError('ended', { reason: verdict.because })
}
