import type { Mistake } from './errors.js'
import { secretMistakes } from './policy.js'

/** What is wrong with a log key, or a list of them: it must be as hard to guess as a root secret, and fit into a header. */
export function logKeyMistakes(key: unknown): Mistake[] {
  const mistakes = secretMistakes(key, 'key')
  if (mistakes.length > 0 || [key].flat().every((one) => bearerForm.test(String(one)))) return mistakes
  const remedy = 'Draw one: openssl rand -base64 48'
  return [{ field: 'key', problem: 'has characters that no bearer token has (RFC 6750).', remedy }]
}

const bearerForm = /^[A-Za-z0-9._~+/-]+=*$/
