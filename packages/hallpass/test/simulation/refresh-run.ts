import { refresh } from '#src/core/refresh.js'
import { unknownDevice } from '#src/core/session.js'
import { settle } from '#src/sessions/settle.js'
import { signIn } from './acts.js'
import type { Instance } from './instance.js'
import { calm } from './network.js'
import { chanceFrom } from './random.js'
import type { RunOptions, Told } from './random-run.js'
import { World } from './world.js'

const overlap = 10_000
const policy = { overlap, idle: 3_600_000, endsWithin: null }

/** Whoever holds a refresh token: several tabs and retries of one client share the newest, a thief has a copy. */
interface Holder {
  readonly name: string
  generation: number
  /** Whether it was ever refused. */
  isOut: boolean
}

/**
 * Refreshes by chance: tabs at the same time, answers that are lost, requests that arrive twice; all within the overlap.
 * Every second seed has a thief who copies a token, waits until the overlap is over, and uses it.
 */
export async function refreshRun(seed: number, options: RunOptions = {}): Promise<Told> {
  const chance = chanceFrom(seed)
  const network = {
    ...calm,
    delay: [1, 400],
    lost: chance.pick(seed % 2 === 0 ? [0, 0.05] : [0, 0.05, 0.3]),
    repeated: 0.2,
    deadline: 1000,
  } as const
  const world = new World(chance, { network, timing: { idleAfter: 1e6 }, ...options })
  const instances = [world.start({ name: 'i0' }), world.start({ name: 'i1', ahead: chance.between(-500, 500) })]
  const client: Holder = { name: 'client', generation: 0, isOut: false }
  const hasThief = seed % 2 === 0
  const rotations = new Map<number, number>()
  let session = ''

  const present = async (holder: Holder, tries = 4): Promise<void> => {
    const { generation } = holder
    const at = chance.pick(instances)
    const verdict = await judged(at, session, generation).catch(() => null)
    if (verdict === null && tries > 0) return present(holder, tries - 1)
    if (verdict === null) return
    world.scheduler.tell(holder.name, () => `presents ${generation}: ${JSON.stringify(verdict).slice(0, 60)}`)
    world.oracle.accepted++
    if (verdict.outcome === 'rotated') {
      const { generation: next } = verdict.record
      rotations.set(next, (rotations.get(next) ?? 0) + 1)
      if (rotations.get(next) !== 1) world.oracle.violate(`S6: generation ${next} was born twice`)
    }
    if ('record' in verdict) {
      holder.generation = Math.max(holder.generation, verdict.record.generation)
      void use(at, session, holder.generation)
    } else holder.isOut = true
    if (!hasThief && holder.isOut) world.oracle.violate(`S6: nobody stole, and ${generation} is ${verdict.outcome}`)
  }

  const begin = (): Promise<void> =>
    signIn(world, instances[0]!, 'u').then((credential) => void (session = credential?.session ?? ''), begin)
  world.scheduler.at(10, () => void begin())
  // A client comes with its tabs at once, and again until one of them is answered.
  for (let time = 3000; time < 90_000; time += chance.between(overlap + 3000, 2 * overlap)) {
    world.scheduler.at(time, () => {
      // One that gives up at once comes back with what it had, however long after, and perhaps with other tabs.
      const [tabs, tries] = chance.pick([
        [1, 0],
        [1, 4],
        [3, 4],
      ] as const)
      for (let tab = 0; tab < tabs; tab++) {
        world.scheduler.after(chance.between(0, 2000), () => void (session !== '' && present(client, tries)))
      }
    })
  }
  if (hasThief) stealAndUse(world, client, present)
  await world.scheduler.run(250_000)
  const { counts, oracle, scheduler } = world
  return {
    name: `refresh seed ${seed}`,
    counts: { ...counts, checks: oracle.accepted },
    violations: oracle.violations,
    story: scheduler.story,
  }
}

/** Two parties that both go on refreshing, each with its own copy, do not both stay in. */
function stealAndUse(world: World, client: Holder, present: (holder: Holder) => Promise<void>): void {
  const { scheduler, chance } = world
  const thief: Holder = { name: 'thief', generation: 0, isOut: false }
  scheduler.at(chance.between(20_000, 85_000), () => void (thief.generation = client.generation))
  // In turn, and never within the overlap of each other: a thief who manages that is a stated limit.
  const turns = chance.happens(0.5) ? [thief, client] : [client, thief]
  for (let turn = 0; turn < 8; turn++) {
    scheduler.at(100_000 + turn * 1.5 * overlap, () => void present(turns[turn % 2]!))
  }
  scheduler.at(240_000, () => {
    if (!thief.isOut || !client.isOut) world.oracle.violate('S6: a theft went unseen')
  })
}

/** Uses the access token that came with it: so the generation is seen, and written behind until it is stored. */
async function use(at: Instance, session: string, generation: number): Promise<void> {
  const seenAt = at.machine.now()
  const touch = { id: session, seenAt, idleExpiresAt: seenAt + policy.idle, generation }
  await at.engine.store.sessions.touch([touch], seenAt).catch(() => use(at, session, generation))
}

async function judged(at: Instance, session: string, generation: number) {
  const presented = { generation, authentic: true, device: unknownDevice }
  const { verdict } = await settle(at.engine, session, (found) => refresh(found, presented, policy, at.machine.now()))
  return verdict
}
