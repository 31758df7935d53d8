import { domainToASCII } from 'node:url'

/** Octets of an address that a mail server takes (RFC 5321, section 4.5.3.1.3, less the angle brackets). */
const longest = 254
const longestLocalPart = 64

/** RFC 5322 `atext` and dots, and what RFC 6531 adds to it: no quoted strings, no spaces, nothing invisible. */
const localPartForm = /^[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]+$/u
/** Before `domainToASCII`, which would decode percent signs and read numbers as IPv4 addresses. */
const domainForm = /^[\p{L}\p{M}\p{N}.\-\u3002]+$/u
const asciiDomainForm = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/

export type EmailReading =
  | { readonly ok: true; readonly email: string }
  | { readonly ok: false; readonly problem: string }

/**
 * The one spelling of a mailbox, so that an account has one owner however the address is typed: NFC, lower case, the
 * domain in its ASCII form (UTS 46). Nothing is trimmed or dropped: what is no address is refused.
 */
export function readEmail(text: string): EmailReading {
  if (/[\p{C}\p{Z}]/u.test(text)) return wrong('contains a space or an invisible character.')
  const at = text.lastIndexOf('@')
  if (at < 0 || text.indexOf('@') !== at) return wrong('does not have exactly one "@".')
  const local = text.slice(0, at).normalize('NFC').toLowerCase().normalize('NFC')
  if (!localPartForm.test(local)) return wrong('has no mailbox before the "@".')
  const typed = text.slice(at + 1)
  const domain = domainForm.test(typed) ? domainToASCII(typed) : ''
  if (!asciiDomainForm.test(domain)) return wrong('has no domain after the "@".')
  const email = `${local}@${domain}`
  if (Buffer.byteLength(local) > longestLocalPart || Buffer.byteLength(email) > longest) return wrong('is too long.')
  return { ok: true, email }
}

function wrong(problem: string): EmailReading {
  return { ok: false, problem }
}
