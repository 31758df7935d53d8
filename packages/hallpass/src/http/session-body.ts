import type { Receipt } from '../core/receipt.js'
import type { Device, Session } from '../core/session.js'

/** A session in an answer: never a secret, times as ISO 8601. */
export interface SessionBody {
  readonly id: string
  readonly subject: string
  readonly createdAt: string
  readonly authenticatedAt: string
  readonly lastSeenAt: string
  readonly expiresAt: string
  readonly device: Device
  readonly amr: readonly string[]
  /** Whether it is the session of whoever asks. */
  readonly current: boolean
}

/** The session as answers show it. `current`: whether it is the one of whoever asks. */
export function sessionBody(session: Session, current: boolean): SessionBody {
  const { id, subject, createdAt, authenticatedAt, lastSeenAt, expiresAt, device, amr } = session
  return {
    id,
    subject,
    createdAt: iso(createdAt),
    authenticatedAt: iso(authenticatedAt),
    lastSeenAt: iso(lastSeenAt),
    expiresAt: iso(expiresAt),
    device,
    amr,
    current,
  }
}

/** A receipt in an answer: its times as ISO 8601. */
export type ReceiptBody = Omit<Receipt, 'at' | 'completeAt'> & {
  readonly at: string
  readonly completeAt: string | null
}

/** The receipt as answers show it. */
export function receiptBody(receipt: Receipt): ReceiptBody {
  const { at, completeAt } = receipt
  return { ...receipt, at: iso(at), completeAt: completeAt === null ? null : iso(completeAt) }
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
