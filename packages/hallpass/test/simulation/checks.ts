import { authenticateText } from '#src/sessions/authenticate.js'
import type { Credential } from './credentials.js'
import type { Instance, Verifier } from './instance.js'
import { epoch } from './machine.js'
import type { World } from './world.js'

/**
 * Whether a credential is believed. Sessions and their tokens by the very check that requests take; tokens also by the
 * view alone, as a verifier does; and beyond the lease, where a route asks for what was last known to be good.
 */
export function check(world: World, at: Instance, credential: Credential): void {
  if (!at.machine.runs) return
  // The store's answers are the least doubtful and cost the most.
  const isWarm = at.holder.holds() && at.engine.cache.get(credential.session) !== undefined
  if (isWarm || world.chance.happens(world.askedShare)) checkByEngine(world, at, credential)
  if (credential.kind === 'access') checkByView(world, at, credential)
  if (at.timing.lastKnownGood > 0) checkLastKnownGood(world, at, credential)
}

function checkByEngine(world: World, at: Instance, credential: Credential): void {
  const { scheduler, oracle, counts, network } = world
  const started = { who: at.machine.name, startedAt: scheduler.now, startedOrder: scheduler.order }
  const isLive = world.isFaultFree && !oracle.mayBeTouched(credential) && !isExpired(world, credential)
  const failures = network.failures
  counts.checks++
  const answered = authenticateText(at.engine, credential.text, { lastKnownGood: true })
  if (!(answered instanceof Promise)) {
    if (!answered.ok) return
    at.warm.add(credential)
    return oracle.accept(credential, { ...started, how: 'memory' })
  }
  if (isLive && at.warm.has(credential)) {
    oracle.violate(`S3: ${started.who} asks the store about ${credential.name}, which it knew`)
  }
  answered.then(
    (answer) => {
      if (answer.ok)
        return oracle.accept(credential, { ...started, how: answer.lastKnownGood ? 'last-known-good' : 'store' })
      note(world, answer.code)
      if (!isLive || oracle.mayBeTouched(credential)) return
      counts.falseRefusals++
      oracle.violate(`S3: ${started.who} refuses ${credential.name}: ${answer.code}, ${answer.reason}`)
    },
    (error: Error) => {
      note(world, 'trouble')
      if (world.isFaultFree && network.failures === failures) oracle.violate(`S3: ${started.who}: ${error.message}`)
    },
  )
}

/** A verifier's check, and an instance's by the same rule: signature and claims aside, the leased view alone. */
export function checkByView(world: World, at: Instance | Verifier, credential: Credential): void {
  if (!at.machine.runs) return
  world.counts.checks++
  if (!at.holder.holds()) return note(world, 'no-lease')
  judge(world, at, credential, 'view')
}

/** Where a route would rather believe what was true a while ago than refuse, while the store is away. */
function checkLastKnownGood(world: World, at: Instance, credential: Credential): void {
  if (at.holder.heldWithin(0) || !at.holder.heldWithin(at.timing.lastKnownGood)) return
  world.counts.checks++
  judge(world, at, credential, 'last-known-good')
}

function judge(world: World, at: Instance | Verifier, credential: Credential, how: 'view' | 'last-known-good'): void {
  const { claims } = credential
  if (claims === null) return
  const { now: startedAt, order: startedOrder } = world.scheduler
  if (at.machine.now() >= claims.expiresAt * 1000) return note(world, 'expired')
  if (claims.issuedAt * 1000 <= at.view.believesFrom) return note(world, 'believed-by-store-only')
  const judgement = at.view.judge(claims)
  if (judgement !== null) return note(world, judgement.outcome)
  world.oracle.accept(credential, { who: at.machine.name, how, startedAt, startedOrder })
}

function isExpired({ scheduler, timing }: World, { expiresAt }: Credential): boolean {
  return epoch + scheduler.now + 2 * timing.tolerance >= expiresAt
}

function note({ counts }: World, reason: string): void {
  counts.refused[reason] = (counts.refused[reason] ?? 0) + 1
}
