import { checkedData } from '../core/data.js'
import { unchanged } from '../core/decision.js'
import { HallpassError } from '../core/errors.js'
import { budgets } from '../core/policy.js'
import { type EndReason, type Json, type SessionRecord, whyOver } from '../core/session.js'
import type { Engine } from './engine.js'
import { settle } from './settle.js'

/** Changes a session's data under compare-and-set; `change` runs again when another writer was first. */
export async function updateData(engine: Engine, id: string, change: (data: Json) => Json): Promise<SessionRecord> {
  const { verdict } = await settle<SessionRecord | EndReason>(engine, id, ({ record, versions }) => {
    if (record === null) return unchanged('absent')
    const because = whyOver(record, versions, engine.runtime.now())
    if (because !== null) return unchanged(because)
    const budget = record.subject === null ? budgets.anonymousData : budgets.data
    const data = checkedData(change(record.data), budget)
    const next = { ...record, data, dataVersion: engine.policy.dataVersion }
    return { verdict: next, next, events: [] }
  })
  if (typeof verdict === 'string') throw new HallpassError('ended', { reason: verdict })
  return verdict
}
