import type { Config } from 'hallpass-server/config'
import { type Finding, good } from './finding.js'

/** What starts, but is not fit for everything. */
export function* ofSettings(config: Config, env: { readonly [name: string]: string | undefined }): Generator<Finding> {
  const { issuer } = config.policy
  const local = issuer.startsWith('http:')
  yield local
    ? attention(
        'address',
        `${issuer} is for development: cookies are not Secure`,
        'Set HALLPASS_ISSUER to an https origin.',
      )
    : good('address', `${issuer} is encrypted`)
  yield ofSecret(config)
  yield config.operatorKey === null
    ? attention(
        'operator key',
        'none is configured: operators sign in, or work on this machine',
        'Set HALLPASS_OPERATOR_KEY where programs are to use /admin or /metrics.',
      )
    : good('operator key', 'is configured')
  if (config.store.engine === 'memory') {
    yield attention(
      'store',
      'is in memory: a restart signs everybody out',
      'Set HALLPASS_STORE, such as "sqlite:./data/hallpass.db".',
    )
  }
  const flags = env['NODE_OPTIONS'] ?? ''
  if (flags.includes('--insecure-http-parser')) {
    yield {
      check: 'NODE_OPTIONS',
      verdict: 'bad',
      sentence: 'loosens the HTTP parser',
      remedy: 'Take --insecure-http-parser out.',
    }
  }
}

function ofSecret({ secretFile, policy }: Config): Finding {
  if (secretFile !== null) return good('secret', `is in ${secretFile}, for its owner alone`)
  const count = [policy.secret].flat().length
  return good('secret', count > 1 ? `${count} root secrets: one is being replaced` : 'comes from the environment')
}

function attention(check: string, sentence: string, remedy: string): Finding {
  return { check, verdict: 'attention', sentence, remedy }
}
