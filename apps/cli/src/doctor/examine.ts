import { type Config, readConfig } from 'hallpass-server/config'
import { ofAddress } from './address.js'
import { type Finding, good } from './finding.js'
import { ofSettings } from './settings.js'
import { ofStore } from './store.js'

type Environment = { readonly [name: string]: string | undefined }

/** Looks at one thing after the other, and tells each as soon as it is known. Changes nothing but what starting does. */
export async function* examine(
  env: Environment,
  { offline }: { readonly offline: boolean },
): AsyncGenerator<Finding, void> {
  yield ofRuntime(process.versions.node)
  const reading = readConfig(env)
  if (!reading.ok) {
    for (const { field, problem, remedy } of reading.mistakes) {
      yield { check: 'configuration', verdict: 'bad', sentence: `${field} ${problem}`, remedy }
    }
    return
  }
  const { config } = reading
  yield good('configuration', `is in order: ${summary(config)}`)
  yield* ofSettings(config, env)
  const signingKey = yield* ofStore(config)
  if (!offline) yield* ofAddress(config.policy.issuer, signingKey)
}

/** Supported are the releases that Node.js itself supports; 20 has reached its end of life. */
function ofRuntime(version: string): Finding {
  const major = Number(version.split('.')[0])
  if (major >= 22) return good('Node.js', `${version} is supported`)
  return {
    check: 'Node.js',
    verdict: 'attention',
    sentence: `${version} works, but is not maintained any more`,
    remedy: 'Move to Node.js 24 when you can.',
  }
}

function summary({ policy, store }: Config): string {
  return `${policy.issuer}, strategy ${policy.strategy ?? 'session'}, store ${store.engine}`
}
