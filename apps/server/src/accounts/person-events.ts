import type { AuditRecord, AuditStore } from 'hallpass'
import type { PersonEventBody } from '../admin/contract.js'

/** What is kept of a person's account that they should know of. */
export interface PersonEvents {
  /** Newest first, at most 30. `current`: the id of the session that asks. */
  list(subject: string, current: string): Promise<readonly PersonEventBody[]>
  /** Null where it is no event of that person that they are shown. */
  find(subject: string, id: string): Promise<AuditRecord | null>
}

type PersonEventType = PersonEventBody['type']

/** By what it is called in the records. */
const shown: { readonly [type: string]: PersonEventType } = {
  'signed-up': 'signed-up',
  'signed-in': 'signed-in',
  'sign-in-failed': 'sign-in-failed',
  'stepped-up': 'stepped-up',
  'password-changed': 'password-changed',
  'session-ended': 'session-ended',
  'subject-revoked': 'signed-out-everywhere',
  'refresh-reused': 'refresh-reused',
  'refresh-repeated': 'refresh-repeated',
  'account-disabled': 'account-disabled',
  'account-enabled': 'account-enabled',
  disowned: 'disowned',
}

const most = 30
/** Strangers who guess must not push everything else off the list. */
const mostFailures = 10
/** How far back is looked: events that are shown among those that are not, and devices that were there before. */
const pages = 5
const page = 200

export function personEvents(store: Pick<AuditStore, 'list'>): PersonEvents {
  async function recent(subject: string): Promise<readonly AuditRecord[]> {
    const records: AuditRecord[] = []
    for (let read = 0; read < pages; read += 1) {
      const before = records.at(-1) ?? null
      const next = await store.list({ filter: { by: 'subject', is: subject }, before, limit: page })
      records.push(...next)
      if (next.length < page) break
    }
    return records
  }

  return {
    async list(subject, current) {
      return bodiesOf(await recent(subject), current)
    },
    async find(subject, id) {
      return (await recent(subject)).find((record) => record.id === id && isShown(record)) ?? null
    },
  }
}

/** Of records, newest first. */
function bodiesOf(records: readonly AuditRecord[], current: string): readonly PersonEventBody[] {
  const devices = devicesBySession(records)
  const deviceOf = (record: AuditRecord): Seen | undefined => seenIn(record) ?? devices.get(record.session ?? '')
  const known = new Set<string>()
  const bodies: PersonEventBody[] = []
  for (const record of [...records].reverse()) {
    const type = shown[record.type]
    const seen = deviceOf(record)
    const place = seen === undefined ? null : JSON.stringify(seen)
    if (type !== undefined)
      bodies.push({
        id: record.id,
        at: new Date(record.at).toISOString(),
        type,
        device: seen === undefined ? null : { ...seen, userAgent: null },
        newDevice: place !== null && !known.has(place),
        current: record.session === current,
        count: record.count,
      })
    // somebody who fails to sign in does not make their device one of the person's
    if (place !== null && record.type !== 'sign-in-failed') known.add(place)
  }
  let failures = 0
  return bodies
    .reverse()
    .filter(({ type }) => type !== 'sign-in-failed' || (failures += 1) <= mostFailures)
    .slice(0, most)
}

type Seen = { readonly name: string | null; readonly network: string | null }

/** Events that name no device happened in a session that was begun on one. */
function devicesBySession(records: readonly AuditRecord[]): ReadonlyMap<string, Seen> {
  const devices = new Map<string, Seen>()
  for (const record of records) {
    const seen = record.type === 'signed-in' ? seenIn(record) : undefined
    if (record.session !== null && seen !== undefined) devices.set(record.session, seen)
  }
  return devices
}

function seenIn({ details, network }: AuditRecord): Seen | undefined {
  const { device } = details
  return device === undefined ? undefined : { name: typeof device === 'string' ? device : null, network }
}

function isShown({ type }: AuditRecord): boolean {
  return Object.hasOwn(shown, type)
}
