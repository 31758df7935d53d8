import type { LeaseTiming } from '#src/core/lease.js'
import { mint, signIn } from './acts.js'
import { check, checkByView } from './checks.js'
import type { Credential } from './credentials.js'
import type { Instance, Verifier } from './instance.js'
import type { MachineOptions } from './machine.js'
import { calm, type Message } from './network.js'
import { chanceFrom } from './random.js'
import type { RunOptions, Told } from './random-run.js'
import { World, type WorldOptions } from './world.js'

/** A schedule that chance would hardly find: what happens when, to the millisecond. */
export interface Directed {
  readonly name: string
  readonly options?: Partial<WorldOptions> & { readonly timing?: Partial<LeaseTiming> }
  /** Milliseconds. */
  readonly length: number
  /** How often everybody checks everything. Default 7 ms. */
  readonly checkEvery?: number
  readonly set: (stage: Stage) => void
}

/** A world whose every message takes two milliseconds, unless a schedule has something else in mind. */
export class Stage {
  readonly world: World
  readonly #checkEvery: number
  /** By subject, what somebody holds: a session token, and one access token. */
  readonly held = new Map<string, { session: Credential; token: Credential }>()

  constructor(world: World, checkEvery: number) {
    this.world = world
    this.#checkEvery = checkEvery
  }

  instance(name: string, clocks: Omit<MachineOptions, 'name'> = {}, timing?: Partial<LeaseTiming>): Instance {
    const instance = this.world.start({ name, ...clocks }, timing)
    this.#everSoOften(instance, (credential) => check(this.world, instance, credential))
    return instance
  }

  verifier(name: string, parent: Instance | Verifier, clocks: Omit<MachineOptions, 'name'> = {}): Verifier {
    const verifier = this.world.startVerifier({ name, ...clocks }, parent)
    this.#everSoOften(verifier, (credential) => checkByView(this.world, verifier, credential))
    return verifier
  }

  /** Those that look at nothing for now. */
  readonly idle = new Set<Instance | Verifier>()

  at(time: number, happen: () => unknown): void {
    this.world.scheduler.at(time, () => {
      const outcome = happen()
      // What people do takes its time; the world does not wait for it.
      if (outcome instanceof Promise)
        outcome.catch((error: Error) => this.world.scheduler.tell('stage', () => error.message))
    })
  }

  /** Signs somebody in at that time and gets them a token. */
  signIn(time: number, at: Instance, subject: string): void {
    this.at(time, async () => {
      const session = await signIn(this.world, at, subject)
      const token = session === null ? null : await mint(this.world, at, session)
      if (session !== null && token !== null) this.held.set(subject, { session, token })
    })
  }

  /** Says that a loss has taken what was promised about them: the schedule is about something else. */
  forgive(subject: string): void {
    this.world.oracle.forgive(subject)
  }

  session(subject: string): string {
    return this.held.get(subject)!.session.session
  }

  /** Messages of that part and method, on their way between those two, from `from` until `until`. */
  delay(fate: number | 'lost', which: Partial<Message>, from = 0, until = Infinity): void {
    const earlier = this.world.network.plan
    this.world.network.plan = (message) => {
      const { now } = this.world.scheduler
      const fits = Object.entries(which).every(([name, value]) => message[name as keyof Message] === value)
      return fits && now >= from && now < until ? fate : earlier(message)
    }
  }

  /** Nothing gets through between the two, in either direction. */
  cut(one: string, other: string, from: number, until = Infinity): void {
    this.delay('lost', { from: one, to: other }, from, until)
    this.delay('lost', { from: other, to: one }, from, until)
  }

  expect(time: number, what: string, holds: () => boolean | Promise<boolean>): void {
    this.world.scheduler.at(time, async () => {
      if (!(await holds())) this.world.oracle.violate(`expected: ${what}`)
    })
  }

  #everSoOften(member: Instance | Verifier, look: (credential: Credential) => void): void {
    const { scheduler, oracle } = this.world
    const again = (): void => {
      if (member.machine.isDead) return
      if (!this.idle.has(member)) {
        member.holder.holds()
        for (const credential of oracle.credentials) look(credential)
      }
      scheduler.after(this.#checkEvery, again)
    }
    scheduler.after(1, again)
  }
}

export async function directedRun(directed: Directed, options: RunOptions = {}): Promise<Told> {
  const world = new World(chanceFrom(7), { network: { ...calm, delay: [2, 2] }, ...directed.options, ...options })
  world.askedShare = 0.5
  const stage = new Stage(world, directed.checkEvery ?? 7)
  directed.set(stage)
  try {
    await world.scheduler.run(directed.length)
  } catch (error) {
    world.oracle.violate(`the run broke: ${(error as Error).stack}`)
  }
  const { counts, oracle, scheduler } = world
  if (oracle.violations.length === 0 && oracle.accepted === 0) oracle.violate('nothing was ever accepted')
  return {
    name: directed.name,
    counts: { ...counts, accepted: oracle.accepted, residual: oracle.residual },
    violations: oracle.violations,
    story: scheduler.story,
  }
}
