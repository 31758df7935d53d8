import type { LogEntry, LogReading, Member } from '#src/core/log.js'
import type { LogHint, Store } from '#src/core/store.js'
import { memory } from 'hallpass/memory'
import { epoch } from './machine.js'
import type { Chance } from './random.js'
import type { Scheduler } from './scheduler.js'

export type Port = 'sessions' | 'log'
export type Open = () => Store

interface Written {
  readonly at: number
  readonly port: Port
  readonly method: string
  readonly values: readonly unknown[]
}

const reads = new Set(['find', 'versions', 'standing', 'revokesToken', 'members', 'listBySubject'])

/**
 * The machine the store runs on: the real store, whose every step is one event. It has a clock of its own, may be away
 * or slow, and may forget: what was written is kept in a journal, so that an earlier state can be had by writing it again.
 */
export class Server {
  readonly name: string
  readonly mayForget: boolean
  ahead = 0
  isAway = false
  /** What a broken log answers instead of the truth. */
  tamper: (reading: LogReading) => LogReading = (reading) => reading
  #store: Store
  #identity: string
  #journal: Written[] = []
  #stopHearing: () => void
  readonly #heard = new Set<(hint: LogHint) => void>()
  readonly #scheduler: Scheduler
  readonly #chance: Chance
  readonly #open: Open

  constructor(name: string, scheduler: Scheduler, chance: Chance, mayForget: boolean, open: Open = memory) {
    this.name = name
    this.mayForget = mayForget
    this.#scheduler = scheduler
    this.#chance = chance
    this.#open = open
    this.#identity = this.#newIdentity()
    this.#store = identified(this.#identity, open)
    this.#stopHearing = this.#hear()
  }

  get listeners(): number {
    return this.#heard.size
  }

  /** One atomic step of the store. */
  async execute(port: Port, method: string, values: readonly unknown[]): Promise<unknown> {
    if (this.isAway) throw new Error('the store is away')
    if (!reads.has(method)) this.#journal.push({ at: this.#scheduler.now, port, method, values })
    const answer = await perform(this.#store, port, method, values)
    this.#scheduler.tell(this.name, () => `${method} ${summary(method, values, answer)}`)
    if (method !== 'renew') return answer
    return { ...this.tamper(answer as LogReading), time: epoch + this.#scheduler.now + this.ahead }
  }

  subscribe(heard: (hint: LogHint) => void): () => void {
    const own = (hint: LogHint): void => heard(hint)
    this.#heard.add(own)
    return () => void this.#heard.delete(own)
  }

  /** What it holds, without a step that anybody would notice: for the oracle. */
  async readLog(): Promise<readonly LogEntry[]> {
    const member = { incarnation: 'oracle', mark: 'oracle', lease: 0, lastKnownGood: 0, renewal: 0 }
    const { entries } = await this.#store.log.renew(member, { deployment: 'oracle', protocol: 0, retention: 0 }, null)
    return entries
  }

  readMembers(): Promise<readonly Member[]> {
    return this.#store.log.members()
  }

  /** Back to what it held at that time: a restored backup, or a replica that lagged. */
  async rewind(to: number): Promise<void> {
    this.#scheduler.tell(this.name, () => `loses everything written since ${to.toFixed(1)}`)
    await this.#become(this.#journal.filter(({ at }) => at <= to))
  }

  /** A new log, and no session. */
  async empty(): Promise<void> {
    this.#scheduler.tell(this.name, () => 'is emptied')
    this.#identity = this.#newIdentity()
    await this.#become([])
  }

  /** The sessions stay; the log and its members are lost, and a new log begins. */
  async dropLog(): Promise<void> {
    this.#scheduler.tell(this.name, () => 'loses its log')
    this.#identity = this.#newIdentity()
    await this.#become(this.#journal.filter(({ port }) => port === 'sessions').map(withoutEntry))
  }

  /** Another server with what this one held at that time: a replica that becomes a primary. */
  async replicaAt(time: number, name: string): Promise<Server> {
    const replica = new Server(name, this.#scheduler, this.#chance, this.mayForget, this.#open)
    replica.ahead = this.ahead
    replica.#identity = this.#identity
    await replica.#become(this.#journal.filter(({ at }) => at <= time))
    return replica
  }

  async #become(journal: Written[]): Promise<void> {
    this.#stopHearing()
    this.#store = identified(this.#identity, this.#open)
    this.#journal = journal
    // What was refused once is refused again.
    for (const { port, method, values } of journal) await perform(this.#store, port, method, values).catch(() => null)
    this.#stopHearing = this.#hear()
  }

  #hear(): () => void {
    return this.#store.log.subscribe((hint) => {
      for (const heard of this.#heard) heard(hint)
    })
  }

  #newIdentity(): string {
    return `log-${this.#chance.below(2 ** 32).toString(36)}`
  }
}

function withoutEntry(written: Written): Written {
  const last = written.method === 'replace' ? 1 : 2
  return written.method === 'replace' || written.method === 'raise'
    ? { ...written, values: written.values.slice(0, last) }
    : written
}

async function perform(store: Store, port: Port, method: string, values: readonly unknown[]): Promise<unknown> {
  const ported = store[port] as unknown as Record<string, (...values: readonly unknown[]) => Promise<unknown>>
  return ported[method]!(...values)
}

/** The identity of a new log is random; here it must follow from the seed. */
function identified(identity: string, open: Open): Store {
  const { crypto } = globalThis
  Object.defineProperty(crypto, 'randomUUID', { value: () => identity, configurable: true })
  try {
    return open()
  } finally {
    Reflect.deleteProperty(crypto, 'randomUUID')
  }
}

function summary(method: string, values: readonly unknown[], answer: unknown): string {
  const short = (value: unknown): string => JSON.stringify(value)?.slice(0, 160) ?? ''
  if (method !== 'renew') return `${short(values)} → ${short(answer)}`
  const [{ incarnation, mark }, , after] = values as [{ incarnation: string; mark: string }, unknown, unknown]
  const { held, entries } = answer as LogReading
  const told = entries.map(({ sequence, kind, target }) => `${sequence} ${kind} ${target ?? ''}`.trim()).join(', ')
  return `${incarnation} mark ${mark} after ${short(after)} → ${held ? 'held' : 'not held'} [${told}]`
}
