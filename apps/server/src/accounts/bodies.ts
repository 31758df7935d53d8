import { z } from 'zod'
import { type Remedies, needs } from '../validation.js'
import { readEmail } from './email.js'
import { longestPassword } from './password-rules.js'

const email = z.string(needs('a string')).transform((text, context) => {
  const reading = readEmail(text)
  if (reading.ok) return reading.email
  context.addIssue(reading.problem)
  return z.NEVER
})

/** Exactly as received: nothing trimmed, nothing lower-cased, nothing cut off (ASVS 6.2.8). */
const password = z
  .string(needs('a string'))
  .min(1, 'is empty.')
  .refine(
    (text) => Buffer.byteLength(text.normalize('NFC')) <= longestPassword,
    `is longer than ${longestPassword} bytes.`,
  )
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'contains a control character.')

const wholeObject = needs('a JSON object')

export const signInBody = z.strictObject(
  { email, password, remember: z.boolean(needs('true or false')).default(false) },
  wholeObject,
)

export const stepUpBody = z.strictObject({ password }, wholeObject)

export const passwordChangeBody = z.strictObject({ currentPassword: password, newPassword: password }, wholeObject)

const wholeBody = { '': 'Send one JSON object.' }
const passwordRemedy = `Send a string of at most ${longestPassword} bytes without control characters.`

export const signInRemedies: Remedies = {
  ...wholeBody,
  email: 'Send an address such as "anna@example.com".',
  password: passwordRemedy,
  remember: 'Send true, false or nothing.',
}

export const stepUpRemedies: Remedies = { ...wholeBody, password: passwordRemedy }

export const passwordChangeRemedies: Remedies = {
  ...wholeBody,
  currentPassword: passwordRemedy,
  newPassword: passwordRemedy,
}
