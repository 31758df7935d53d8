import { createHash } from 'node:crypto'
import type { LeaseHolder } from '#src/cluster/lease-holder.js'
import { createHolderAndRelay, type Relay } from '#src/cluster/relay.js'
import { createRevoker, type Revoker } from '#src/cluster/revoker.js'
import { View } from '#src/cluster/view.js'
import { noCounts as noEngineCounts } from '#src/core/counts.js'
import type { HallpassEvent } from '#src/core/events.js'
import { type LeaseTiming, retention } from '#src/core/lease.js'
import { type LogTerms, protocol } from '#src/core/log.js'
import type { LogFeed, LogHint, Store } from '#src/core/store.js'
import type { Engine } from '#src/sessions/engine.js'
import { recover } from '#src/sessions/recover.js'
import { SessionCache } from '#src/sessions/session-cache.js'
import { accessTokensOf, type Credential } from './credentials.js'
import type { Machine } from './machine.js'
import type { Network } from './network.js'
import type { Chance } from './random.js'
import type { Scheduler } from './scheduler.js'
import type { Port, Server } from './server.js'

/** What an instance is made of, apart from its machine. */
export interface Surroundings {
  readonly scheduler: Scheduler
  readonly network: Network
  readonly chance: Chance
  readonly timing: LeaseTiming
  /** Milliseconds. */
  readonly tokenLifetime: number
  readonly whenTheLogForgets: 'end-sessions' | 'keep-sessions'
  /** Told after a recovery has been written. */
  readonly onRecovered: (instance: Instance) => void
  readonly onEvent: (who: string, event: HallpassEvent) => void
}

/** The code under test as one process runs it. */
export interface Instance {
  readonly machine: Machine
  readonly engine: Engine
  readonly view: View
  readonly holder: LeaseHolder
  readonly revoker: Revoker
  readonly relay: Relay
  readonly timing: LeaseTiming
  /** Credentials that it has believed by memory alone. */
  readonly warm: Set<Credential>
}

/** One that only checks tokens, and holds leases from an instance. */
export interface Verifier {
  readonly machine: Machine
  readonly view: View
  readonly holder: LeaseHolder
  readonly relay: Relay
  readonly timing: LeaseTiming
}

export const deployment = 'https://app.example'

export function createInstance(
  machine: Machine,
  serverOf: () => Server,
  around: Surroundings,
  timing: LeaseTiming = around.timing,
): Instance {
  const store = remoteStore(machine, serverOf, around)
  const view = new View()
  const terms = termsOf(around, timing)
  const emit = (event: HallpassEvent): void => around.onEvent(machine.name, event)
  const crypto = cryptoOf(around.chance)
  const policy = {
    issuer: deployment,
    lifetimes: { idle: 3_600_000, absolute: 86_400_000, overlap: 10_000 },
    leases: timing,
    whenTheLogForgets: around.whenTheLogForgets,
  }
  const roots = { isCurrent: () => true }
  const parts = { policy, store, runtime: machine, crypto, roots, emit } as unknown as Engine
  const { holder, relay } = createHolderAndRelay({
    ...{ upstream: store.log, view, runtime: machine, timing, terms, emit },
    random: names(machine, around.chance),
    housekeeping: {
      async recover(lost) {
        await recover(parts, lost)
        around.onRecovered(instance)
      },
      truncate: (through) => store.log.truncate(through),
    },
  })
  const cache = new SessionCache({ view, runtime: machine, lease: timing.lease - timing.margin, limit: 1000 })
  const revoker = createRevoker({ log: store.log, holder, view, runtime: machine, timing })
  const behind = { note: () => undefined }
  const accessTokens = accessTokensOf(machine)
  const counts = noEngineCounts()
  const engine = { ...parts, view, holder, cache, revoker, behind, accessTokens, counts } as unknown as Engine
  const instance: Instance = { machine, engine, view, holder, revoker, relay, timing, warm: new Set() }
  return instance
}

/** `parent`: the machine it asks, and that machine's relay. */
export function createVerifier(
  machine: Machine,
  parent: { readonly machine: Machine; readonly relay: Relay },
  around: Surroundings,
): Verifier {
  const { timing } = around
  const view = new View()
  const terms = termsOf(around, timing)
  const { holder, relay } = createHolderAndRelay({
    upstream: remoteRelay(machine, parent, around),
    ...{ view, runtime: machine, timing, terms },
    random: names(machine, around.chance),
    emit: (event) => around.onEvent(machine.name, event),
    housekeeping: null,
  })
  return { machine, view, holder, relay, timing }
}

function termsOf({ tokenLifetime }: Surroundings, timing: LeaseTiming): LogTerms {
  return { deployment, protocol, retention: retention(tokenLifetime, timing) }
}

/** Random, but readable in a story. */
function names(machine: Machine, chance: Chance): () => string {
  let count = 0
  return () => `${machine.name}-${count++}-${chance.below(2 ** 32).toString(36)}`
}

function cryptoOf(chance: Chance): Pick<Engine['crypto'], 'randomBytes' | 'sha256' | 'equal'> {
  return {
    randomBytes: (length) => chance.bytes(length),
    sha256: (text) => createHash('sha256').update(text).digest(),
    equal: (one, other) => Buffer.compare(one, other) === 0,
  }
}

const logMethods = ['renew', 'append', 'standing', 'acknowledge', 'retire', 'truncate', 'revokesToken', 'members']
const sessionMethods = ['find', 'versions', 'insert', 'replace', 'raise', 'touch', 'remove', 'listBySubject']

function remoteStore(machine: Machine, serverOf: () => Server, around: Surroundings): Store {
  const port = (name: Port, methods: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(
      methods.map((method) => [
        method,
        (...values: readonly unknown[]): Promise<unknown> => {
          const server = serverOf()
          return around.network.call(machine, server.name, method, () => server.execute(name, method, values))
        },
      ]),
    )
  const subscribe = (heard: (hint: LogHint) => void): (() => void) => {
    const server = serverOf()
    return server.subscribe((hint) => carry(around, server.name, machine, hint, heard))
  }
  const log = { ...port('log', logMethods), subscribe, mayForget: serverOf().mayForget, inOrder: true }
  return { engine: 'simulated', sessions: port('sessions', sessionMethods), log } as unknown as Store
}

function remoteRelay(
  machine: Machine,
  parent: { readonly machine: Machine; readonly relay: Relay },
  around: Surroundings,
): LogFeed {
  const { network } = around
  const { relay } = parent
  const call = <Value>(method: string, step: () => Promise<Value>): Promise<Value> =>
    network.call(machine, parent.machine.name, method, step, parent.machine)
  return {
    mayForget: relay.mayForget,
    renew: (member, terms, after) => call('renew', () => relay.renew(member, terms, after)),
    acknowledge: (incarnation, position) => call('acknowledge', () => relay.acknowledge(incarnation, position)),
    retire: (incarnation, mark) => call('retire', () => relay.retire(incarnation, mark)),
    subscribe: (heard) => relay.subscribe((hint) => carry(around, parent.machine.name, machine, hint, heard)),
  }
}

function carry(
  { network, chance, scheduler }: Surroundings,
  from: string,
  to: Machine,
  hint: LogHint,
  heard: (hint: LogHint) => void,
): void {
  const lies = chance.happens(network.options.hints.lies)
  const told = lies ? lie(hint, chance) : hint
  if (lies) scheduler.tell('network', () => `lies to ${to.name}: ${JSON.stringify(told)}`)
  network.hint(from, to.name, hint.about, () => to.do(() => heard(told)))
}

/** What is out of place, or a call about nothing. */
function lie(hint: LogHint, chance: Chance): LogHint {
  if (hint.about !== 'entry') return { about: 'anything' }
  const { entry } = hint
  return chance.pick<LogHint>([
    { about: 'anything' },
    { about: 'entry', entry: { ...entry, sequence: entry.sequence + 1 + chance.below(3), id: 'never-appended' } },
    { about: 'entry', entry: { ...entry, previous: 'never-appended' } },
    // of a log that was lost since: it follows, and is another
    { about: 'entry', entry: { ...entry, id: 'never-appended', target: 'nobody', kind: 'changed', counter: null } },
  ])
}
