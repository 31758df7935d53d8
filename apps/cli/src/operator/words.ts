import { tellDistance, tellReceipt } from 'hallpass/inspect'
import type { ReceiptBody } from 'hallpass-server/contract'

/** What a revocation brought about, in the words of the console. */
export function receiptSentence({ tookMilliseconds, acknowledged, waitedOut }: ReceiptBody): string {
  return tellReceipt(tookMilliseconds, acknowledged.length, waitedOut.length)
}

/** Such as "2026-11-21 14:03", in the time zone of this machine. Milliseconds since 1970. */
export function moment(time: number): string {
  const date = new Date(time)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Such as "3 hours ago" or "in 2 days". */
export function distance(time: number, now: number): string {
  return Math.abs(time - now) < 1000 ? 'now' : tellDistance(time - now)
}
