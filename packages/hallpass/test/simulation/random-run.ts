import {
  change,
  endEverything,
  endOthers,
  endSession,
  endSubject,
  endToken,
  mint,
  replaceSecret,
  signIn,
} from './acts.js'
import { check, checkByView } from './checks.js'
import type { Counts } from './counts.js'
import type { Credential } from './credentials.js'
import { disturb } from './disturbances.js'
import type { Instance } from './instance.js'
import { calm, type NetworkOptions } from './network.js'
import { type Chance, chanceFrom } from './random.js'
import type { Open } from './server.js'
import { World } from './world.js'

export interface Told {
  readonly name: string
  readonly counts: Counts
  readonly violations: readonly string[]
  readonly story: readonly string[]
}

export interface RunOptions {
  readonly tellsStory?: boolean
  readonly open?: Open
}

/** How hostile a world is. */
export type Climate = 'calm' | 'rough' | 'forgetful' | 'split'

export function climateOf(seed: number): Climate {
  return (['calm', 'rough', 'rough', 'forgetful', 'rough', 'forgetful', 'rough', 'split'] as const)[seed % 8]!
}

/** One run by chance: half a minute of a few instances, what people do, and what goes wrong. */
export async function randomRun(seed: number, options: RunOptions = {}): Promise<Told> {
  const chance = chanceFrom(seed)
  const climate = climateOf(seed)
  const world = worldFor(climate, chance, options)
  const length = chance.between(8000, 25_000)
  populate(world)
  for (let person = 0; person < 2 + chance.below(3); person++) live(world, `u${person}`)
  if (climate !== 'calm') disturb(world, climate, length)
  const name = `seed ${seed} (${climate})`
  try {
    await world.scheduler.run(length)
  } catch (error) {
    world.oracle.violate(`the run broke: ${(error as Error).stack}`)
  }
  const { counts, oracle, scheduler } = world
  return {
    name,
    counts: { ...counts, accepted: oracle.accepted, residual: oracle.residual },
    violations: oracle.violations,
    story: scheduler.story,
  }
}

function worldFor(climate: Climate, chance: Chance, options: RunOptions): World {
  const isCalm = climate === 'calm'
  const forgets = climate === 'forgetful' || climate === 'split'
  const timing = {
    lease: chance.pick([600, 1000, 2000, 4000]),
    lastKnownGood: isCalm || chance.happens(0.7) ? 0 : chance.pick([500, 2500]),
    drift: chance.pick([0.01, 0.05]),
    tolerance: chance.pick([500, 2000]),
    idleAfter: chance.pick([3000, 30_000]),
  }
  return new World(chance, {
    timing,
    network: isCalm ? { ...calm, delay: [0.2, chance.between(1, 20)] } : roughNetwork(chance),
    tokenLifetime: chance.pick([4000, 10_000, 60_000]),
    mayForget: forgets || chance.happens(0.5),
    whenTheLogForgets: forgets && chance.happens(0.3) ? 'keep-sessions' : 'end-sessions',
    isFaultFree: isCalm,
    ...options,
  })
}

function roughNetwork(chance: Chance): NetworkOptions {
  return {
    delay: [0.2, chance.pick([2, 20, 150])],
    slow: chance.pick([0, 0.01, 0.1]),
    lost: chance.pick([0, 0, 0.01, 0.08]),
    repeated: chance.pick([0, 0.05]),
    deadline: chance.pick([700, 1500, 4000]),
    hints: { lost: chance.pick([0, 0.3, 1]), repeated: chance.pick([0, 0.2]), lies: chance.pick([0, 0, 0.05]) },
  }
}

function populate(world: World): void {
  const { chance } = world
  for (let count = 1 + chance.below(4); count > 0; count--) {
    const instance = addInstance(world)
    if (!chance.happens(0.25)) continue
    const below = addVerifier(world, instance)
    if (chance.happens(0.4)) addVerifier(world, below)
  }
}

export function addInstance(world: World): Instance {
  const { chance, timing } = world
  const options = { name: `i${world.instances.length}`, ...clocks(world) }
  const own = chance.happens(0.15) ? { lease: timing.lease * chance.pick([0.5, 0.9]) } : {}
  const instance = world.start(options, own)
  keepChecking(
    world,
    () => instance.machine.isDead,
    (credential) => check(world, instance, credential),
  )
  return instance
}

export function addVerifier(
  world: World,
  parent: Parameters<World['startVerifier']>[1],
): ReturnType<World['startVerifier']> {
  const verifier = world.startVerifier({ name: `v${world.verifiers.length}`, ...clocks(world) }, parent)
  keepChecking(
    world,
    () => verifier.machine.isDead,
    (credential) => checkByView(world, verifier, credential),
  )
  return verifier
}

function clocks({ chance, timing, isFaultFree }: World): { rate: number; wallRate: number; ahead: number } {
  const { drift, tolerance } = timing
  const rate = 1 + chance.pick([-drift, 0, drift, chance.between(-drift, drift)])
  return {
    rate,
    wallRate: isFaultFree ? 1 : chance.pick([1, rate]),
    ahead: chance.pick([0, chance.between(-0.9, 0.9) * tolerance]),
  }
}

/** Looks now and then, with times of rest, mostly at what is newest: that is what ends. */
function keepChecking(world: World, isOver: () => boolean, look: (credential: Credential) => void): void {
  const { chance, scheduler, oracle } = world
  const every = chance.pick([15, 60, 150])
  const again = (): void => {
    if (isOver()) return
    for (const credential of oracle.credentials.slice(-5)) look(credential)
    const older = oracle.credentials.length - 5
    if (older > 0) look(oracle.credentials[chance.below(older)]!)
    const rests = !world.isFaultFree && chance.happens(0.002)
    scheduler.after(rests ? chance.between(1, 3) * world.timing.idleAfter : chance.between(0.2, 1.8) * every, again)
  }
  scheduler.after(chance.between(0, 200), again)
}

/** What happens to one person's sessions, one thing after the other; some of it at the same time. */
function live(world: World, subject: string): void {
  const { chance, scheduler } = world
  const held: Credential[] = []
  const again = async (): Promise<void> => {
    const at = anybody(world)
    scheduler.after(chance.between(50, 1800), () => void again())
    if (at === null) return
    await act(world, at, subject, held).catch((error: Error) => {
      scheduler.tell(subject, () => `gives up: ${error.message}`)
    })
  }
  for (let count = 0; count < 3; count++) scheduler.after(chance.between(0, 400), () => void again())
}

async function act(world: World, at: Instance, subject: string, held: Credential[]): Promise<void> {
  const { chance } = world
  const session = held.filter(({ kind }) => kind === 'session').at(-1 - chance.below(3))
  const token = held.filter(({ kind }) => kind === 'access').at(-1)
  const what = chance.next()
  const keep = (credential: Credential | null): void => void (credential !== null && held.push(credential))
  if (session === undefined || what < 0.25)
    return keep(await signIn(world, at, subject, chance.pick([6000, 3_600_000])))
  if (what < 0.55) return keep(await mint(world, at, session))
  if (what < 0.7) return endSession(world, at, session.session, chance.happens(0.2) ? { until: 'leases' } : {})
  if (what < 0.76) return endSubject(world, at, subject)
  if (what < 0.82) return endOthers(world, at, subject, session.session)
  if (what < 0.87) return change(world, at, subject)
  if (what < 0.93) return replaceSecret(world, at, session)
  if (what < 0.95) return endEverything(world, at)
  if (token !== undefined) return endToken(world, at, token)
}

function anybody({ instances, chance }: World): Instance | null {
  const running = instances.filter(({ machine }) => machine.runs)
  return running.length === 0 ? null : chance.pick(running)
}
