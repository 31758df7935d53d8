import type { AuditRecord, Device, HallpassEvent } from 'hallpass'
import type { ServerEvent } from './server-event.js'

export type AnyEvent = HallpassEvent | ServerEvent

/** A record before it has an id. */
export type Draft = Omit<AuditRecord, 'id' | 'count'>

/** Of what strangers can make us write down. */
const longestReason = 200
const mostNames = 8

type Kept = Partial<Draft> | null
type About = Pick<Draft, 'subject' | 'session'>
type Of<Type extends AnyEvent['type']> = AnyEvent & { readonly type: Type }

/** Of each type what is kept besides its name and its time; null where it is only counted. */
const kept: { readonly [Type in AnyEvent['type']]: (event: Of<Type>) => Kept } = {
  'signed-up': (event) => ({ ...about(event), ...from(event.device) }),
  'signed-in': (event) => ({ ...about(event), ...from(event.device, { amr: event.amr }) }),
  'sign-in-failed': ({ subject, device, during }) => ({ subject, ...from(device, { during }) }),
  'stepped-up': (event) => ({ ...about(event), details: { amr: event.amr } }),
  'password-changed': (event) => ({ ...about(event), ...from(event.device) }),
  'session-ended': (event) => ({ ...about(event), details: { because: event.because } }),
  'subject-revoked': ({ subject, kept }) => ({ subject, session: kept }),
  'subject-changed': ({ subject }) => ({ subject }),
  'refresh-rotated': () => null,
  'refresh-repeated': (event) => twoDevices(event),
  'refresh-reused': (event) => twoDevices(event),
  'account-disabled': ({ subject }) => ({ subject }),
  'account-enabled': ({ subject }) => ({ subject }),
  'roles-changed': ({ subject, roles }) => ({ subject, details: { roles } }),
  disowned: ({ device, event: id, what, ...event }) => ({ ...about(event), ...from(device, { event: id, what }) }),
  'operator-acted': ({ network, by, did, status, ...event }) => ({
    ...about(event),
    network,
    details: { by, did, status },
  }),
  refused: ({ network, code, reason, ...event }) => ({
    ...about(event),
    network,
    details: { code, reason: reason.slice(0, longestReason) },
  }),
  'cookies-ambiguous': ({ network, names }) => ({ network, details: { names: names.slice(0, mostNames) } }),
  revoked: (receipt) => ofReceipt(receipt),
  'everything-revoked': () => ({}),
  'key-revoked': ({ kid }) => ({ details: { kid } }),
  'keys-changed': ({ what, active }) => ({ details: { what, active } }),
  'store-forgot': ({ generation, presentedGeneration, ...event }) => ({
    ...about(event),
    details: { generation, presentedGeneration },
  }),
  'log-forgot': ({ reason, entries, all }) => ({ details: { reason, entries, all } }),
  'lease-refused': ({ reason, deployment }) => ({ details: { reason, deployment } }),
  'clock-skewed': ({ storeTime }) => ({ details: { storeTime } }),
  trouble: ({ where }) => ({ details: { where } }),
}

/**
 * What is kept of an event for long, null for one that is only counted. Of devices their name and their network, of
 * trouble only where it was: the log has the rest.
 */
export function recordOf(event: AnyEvent): Draft | null {
  const { type, at } = event
  const rest = (kept[type] as (event: AnyEvent) => Kept)(event)
  return rest === null ? null : { at, type, subject: null, session: null, network: null, details: {}, ...rest }
}

/** What ended has an event of its own, but for a token; that somebody did not answer is in the receipt alone. */
function ofReceipt({ ended, target, waitedOut, tookMilliseconds }: Of<'revoked'>): Kept {
  if (ended !== 'token' && waitedOut.length === 0) return null
  return {
    subject: ended === 'subject' ? target : null,
    session: ended === 'session' ? target : null,
    details: {
      ended,
      ...(ended === 'token' || ended === 'key' ? { target } : {}),
      waitedOut: waitedOut.length,
      tookMilliseconds: Math.round(tookMilliseconds),
    },
  }
}

function twoDevices(event: Of<'refresh-repeated'> | Of<'refresh-reused'>): Kept {
  return { ...about(event), ...from(event.presentedBy, { rotatedBy: event.rotatedBy.name }) }
}

function about({ subject, session }: About): About {
  return { subject, session }
}

function from({ name, network }: Device, details: Draft['details'] = {}): Pick<Draft, 'network' | 'details'> {
  return { network, details: { device: name, ...details } }
}
