import { checkedData } from '../core/data.js'
import { HallpassError } from '../core/errors.js'
import { budgets } from '../core/policy.js'
import type { Device, Json } from '../core/session.js'
import { type Begun, open } from '../core/sign-in.js'
import { newChain, newSessionId } from './chain.js'
import { type Carried, carry, type Engine } from './engine.js'
import { anonymousLifetime } from './strategies/strategy.js'

export interface Opening {
  readonly subject: string
  readonly begun: Begun
  readonly amr: readonly string[]
  readonly remember: boolean
  readonly data: Json
  readonly actor: string | null
  readonly device: Device
}

/** Opens a session for a subject, unless whatever ended the subject's sessions came in between. */
export async function signIn(engine: Engine, opening: Opening): Promise<Carried> {
  const { policy, store } = engine
  const { subject, begun } = opening
  const startedAt = engine.runtime.now()
  const id = newSessionId(engine.crypto, subject)
  const data = checkedData(opening.data, budgets.data)
  const lifetime = engine.strategy.lifetime(policy, opening.remember)
  const secrets = await newChain(engine, id)
  const record = open(
    { ...opening, id, versions: begun, secrets, lifetime, data, dataVersion: policy.dataVersion },
    startedAt,
  )
  const outcome = begun.subject === subject ? await store.sessions.insert(record) : 'passed'
  if (outcome === 'passed') {
    throw new HallpassError('superseded', { reason: `subject ${subject} was signed out after begin` })
  }
  engine.emit({ type: 'signed-in', at: startedAt, session: id, subject, device: record.device, amr: record.amr })
  return carry(engine, record, await store.sessions.versions(subject), startedAt)
}

/** Opens an anonymous session; it exists from the first data that is written. */
export async function visit(engine: Engine, data: Json, device: Device): Promise<Carried> {
  const { policy, store } = engine
  const startedAt = engine.runtime.now()
  const versions = await store.sessions.versions(null)
  const id = newSessionId(engine.crypto, null)
  const record = open(
    {
      id,
      subject: null,
      versions,
      secrets: await newChain(engine, id),
      lifetime: anonymousLifetime(policy),
      remember: false,
      amr: [],
      actor: null,
      device,
      data: checkedData(data, budgets.anonymousData),
      dataVersion: policy.dataVersion,
    },
    startedAt,
  )
  if ((await store.sessions.insert(record)) === 'passed') throw new HallpassError('superseded')
  return carry(engine, record, versions, startedAt)
}
