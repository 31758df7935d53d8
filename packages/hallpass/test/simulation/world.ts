import { defaultTiming, type LeaseTiming, window } from '#src/core/lease.js'
import { type Counts, noCounts } from './counts.js'
import { createInstance, createVerifier, type Instance, type Surroundings, type Verifier } from './instance.js'
import { Machine, type MachineOptions } from './machine.js'
import { Network, type NetworkOptions } from './network.js'
import { type Loss, Oracle } from './oracle.js'
import type { Chance } from './random.js'
import { Scheduler } from './scheduler.js'
import { type Open, Server } from './server.js'

export interface WorldOptions {
  readonly timing?: Partial<LeaseTiming>
  readonly network: NetworkOptions
  /** Milliseconds. */
  readonly tokenLifetime?: number
  readonly mayForget?: boolean
  readonly whenTheLogForgets?: 'end-sessions' | 'keep-sessions'
  /** Whether nothing goes wrong: then no live session may be refused. */
  readonly isFaultFree?: boolean
  readonly tellsStory?: boolean
  readonly open?: Open
}

/** Everything there is in one run. */
export class World {
  readonly scheduler: Scheduler
  readonly network: Network
  readonly chance: Chance
  readonly oracle: Oracle
  readonly timing: LeaseTiming
  readonly tokenLifetime: number
  readonly counts: Counts = noCounts()
  readonly instances: Instance[] = []
  readonly verifiers: Verifier[] = []
  readonly isFaultFree: boolean
  /** Whether no process was ever paused: a bound on time is for those that run. */
  isStill = true
  /** How many of the checks that memory does not answer are taken to the store: they cost the most. */
  askedShare = 0.05
  /** How many sessions were ever named. */
  ids = 0
  /** The store; while it is split, another one for those on the other side. */
  server: Server
  readonly #servers = new Map<string, Server>()
  readonly #parents = new Map<string, string>()
  readonly #remembering: { loss: Loss; instances: Set<Instance> }[] = []
  readonly #around: Surroundings

  constructor(chance: Chance, options: WorldOptions) {
    this.chance = chance
    this.timing = { ...defaultTiming, ...options.timing }
    this.tokenLifetime = options.tokenLifetime ?? 10_000
    this.isFaultFree = options.isFaultFree ?? false
    this.scheduler = new Scheduler(options.tellsStory ?? false)
    this.network = new Network(this.scheduler, chance, options.network)
    this.oracle = new Oracle(this.scheduler, this.longestLease(), 2 * this.timing.tolerance)
    this.server = new Server('store', this.scheduler, chance, options.mayForget ?? false, options.open)
    this.#around = {
      ...{ scheduler: this.scheduler, network: this.network, chance, timing: this.timing },
      ...{ tokenLifetime: this.tokenLifetime, whenTheLogForgets: options.whenTheLogForgets ?? 'end-sessions' },
      onRecovered: (instance) => this.#recovered(instance),
      onEvent: (who, event) => this.scheduler.tell(who, () => `event ${JSON.stringify(event)}`),
    }
  }

  /** In true time, on the slowest clock, with what calls take. */
  longestLease(): number {
    const { drift } = this.timing
    return window(this.timing) / (1 - drift) + 2 * this.network.options.deadline
  }

  start(options: MachineOptions, timing?: Partial<LeaseTiming>): Instance {
    const machine = new Machine(this.scheduler, options)
    this.scheduler.tell(
      machine.name,
      () => `starts; clock rate ${options.rate ?? 1}, wall clock ahead by ${options.ahead ?? 0}`,
    )
    const own = { ...this.timing, ...timing }
    const instance = createInstance(machine, () => this.serverOf(machine), this.#around, own)
    this.instances.push(instance)
    return instance
  }

  startVerifier(options: MachineOptions, parent: Instance | Verifier): Verifier {
    const machine = new Machine(this.scheduler, options)
    this.scheduler.tell(machine.name, () => `starts below ${parent.machine.name}`)
    const verifier = createVerifier(machine, parent, this.#around)
    this.verifiers.push(verifier)
    this.#parents.set(machine.name, parent.machine.name)
    return verifier
  }

  serverOf(machine: Machine): Server {
    return this.#servers.get(machine.name) ?? this.server
  }

  /** A replica that lacks what came after `to` becomes the primary; `who` still talks to the old one. */
  #splitAt = 0

  async split(who: Machine, to: number): Promise<void> {
    const old = this.server
    this.scheduler.tell('store', () => `fails over to a replica of ${to.toFixed(1)}; ${who.name} does not notice`)
    this.#servers.set(who.name, old)
    this.#splitAt = this.scheduler.now
    for (const name of this.#at(who)) this.oracle.outside(name, Infinity)
    this.recordLoss(to, who)
    this.server = await old.replicaAt(to, 'replica')
  }

  unite(who: Machine): void {
    this.scheduler.tell('store', () => `${who.name} finds the new primary`)
    this.#servers.delete(who.name)
    const instances = new Set(this.instances.filter(({ machine }) => machine === who && !machine.isDead))
    this.#remembering.push({ loss: this.oracle.lost(this.#splitAt, who.name), instances })
    for (const name of this.#at(who)) this.oracle.outside(name, this.scheduler.now + this.longestLease())
  }

  async rewind(to: number): Promise<void> {
    this.recordLoss(to)
    await this.server.rewind(to)
  }

  async empty(): Promise<void> {
    this.recordLoss(0)
    await this.server.empty()
  }

  recordLoss(to: number, except?: Machine): void {
    const loss = this.oracle.lost(to)
    const remembering = this.instances.filter(({ machine }) => !machine.isDead && machine !== except)
    this.#remembering.push({ loss, instances: new Set(remembering) })
  }

  /** The machine and all who hold leases from it. */
  #at(who: Machine): readonly string[] {
    const names = [who.name]
    // In the order of their start: a parent stands before its children.
    for (const [name, parent] of this.#parents) if (names.includes(parent)) names.push(name)
    return names
  }

  /** A cure is complete only when every instance that could know something has told it. */
  #recovered(instance: Instance): void {
    this.scheduler.tell(instance.machine.name, () => 'has published what the store forgot')
    for (const { loss, instances } of this.#remembering) {
      if (!instances.delete(instance)) continue
      for (const other of instances) if (other.machine.isDead) instances.delete(other)
      if (instances.size === 0) this.oracle.cured(loss)
    }
  }
}
