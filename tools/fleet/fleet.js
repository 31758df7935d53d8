// Instances on one store, each a process of its own.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { launch } from './processes.js'
import { startStore } from './stores.js'

/** After so long every instance has been a member for more than one window: L(1 + 2ρ) + margin, for L = 2 s. */
export const windowMilliseconds = 2090

/**
 * Starts a store and instances on it, has `work` done with them, and ends them all.
 *
 * @param {string} engine
 * @param {{ count: number, strategy: string, reach?: (store: object) => Promise<object>, counts?: boolean, logKey?: string }} plan `reach` answers where instances find the store, if not where it is; with `logKey` they serve the revocation log
 * @param {(fleet: { store: object, instances: object[], start: () => Promise<object> }) => Promise<unknown>} work
 */
export async function withFleet(engine, { count, strategy, reach, counts, logKey }, work) {
  const store = await startStore(engine)
  const where = (await reach?.(store)) ?? store.where
  const settings = { where, strategy, secret: randomBytes(48).toString('base64'), counts, logKey }
  const started = []
  const start = async () => {
    const instance = await launch('./instance.js', settings)
    started.push(instance)
    return instance
  }
  try {
    // The first alone: it brings the store into being.
    const instances = [await start()]
    await instances[0].ask('signIn', ['u_first'])
    instances.push(...(await Promise.all(Array.from({ length: count - 1 }, start))))
    return await work({ store, instances, start })
  } finally {
    await Promise.all(started.map((instance) => instance.end()))
    await store.stop()
  }
}

/** A session that each instance checks twice a second, and so long that none of them has only just arrived. */
export async function becomeMembers(instances) {
  const [{ cookie }] = await instances[0].ask('signIn', ['u_keeper'])
  await Promise.all(instances.map((instance) => instance.ask('keep', cookie)))
  await sleep(windowMilliseconds + 1000)
  const members = await instances[0].ask('members')
  if (members.length !== instances.length) throw new Error(`${members.length} members of ${instances.length} instances`)
}

/** Signs in so many subjects, at the instances by turns. */
export async function signInMany(instances, name, count) {
  const subjects = Array.from({ length: count }, (_, number) => `u_${name}_${number}`)
  const shares = instances.map((_, at) => subjects.filter((_, number) => number % instances.length === at))
  return (await Promise.all(instances.map((instance, at) => instance.ask('signIn', shares[at])))).flat()
}
