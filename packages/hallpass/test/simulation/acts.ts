import { unchanged } from '#src/core/decision.js'
import type { RevokeOptions } from '#src/core/receipt.js'
import { type SessionRecord, whyOver } from '#src/core/session.js'
import {
  revokeEverything,
  revokeOthers,
  revokeSession,
  revokeSubject,
  revokeToken,
  subjectChanged,
} from '#src/sessions/revoke.js'
import { settle } from '#src/sessions/settle.js'
import { claimsFor, type Credential, newRecord, secretHashFor, sessionTokenFor } from './credentials.js'
import type { Instance } from './instance.js'
import type { Promised } from './oracle.js'
import type { World } from './world.js'

/** What people do: sign in, get tokens, sign out, are thrown out. Each resolves when the instance has answered. */

/** Answers the new session's id and its session token; null where the sign-in was refused. */
export async function signIn(
  world: World,
  at: Instance,
  subject: string,
  lifetime = 3_600_000,
): Promise<Credential | null> {
  const { sessions } = at.engine.store
  const readOrder = world.scheduler.order
  const versions = await sessions.versions(subject)
  const id = newId(world)
  const now = at.machine.now()
  const record = newRecord(id, subject, versions, now, lifetime)
  if ((await sessions.insert(record)) === 'passed') return null
  return register(world, {
    ...{ name: `session ${id}`, kind: 'session', text: sessionTokenFor(id, 0), session: id, subject, claims: null },
    ...{ readOrder, insertedOrder: world.scheduler.order, knownOrder: world.scheduler.order },
    ...{ secretFrom: 0, expiresAt: record.absoluteExpiresAt },
  })
}

/** An access token for that session; null where it is over. */
export async function mint(world: World, at: Instance, of: Credential): Promise<Credential | null> {
  const readOrder = world.scheduler.order
  const startedAt = at.machine.now()
  const { record, versions } = await at.engine.store.sessions.find(of.session)
  if (record === null || whyOver(record, versions, at.machine.now()) !== null) return null
  const tokenId = `t${world.oracle.credentials.length}`
  const claims = claimsFor(record, versions, tokenId, startedAt, world.tokenLifetime)
  return register(world, {
    ...{ name: `token ${tokenId} of ${of.session}`, kind: 'access', text: JSON.stringify(claims), session: of.session },
    ...{ subject: of.subject, claims, readOrder, insertedOrder: of.insertedOrder, secretFrom: record.firstGeneration },
    knownOrder: world.scheduler.order,
    expiresAt: claims.expiresAt * 1000,
  })
}

export function endSession(world: World, at: Instance, id: string, options?: RevokeOptions): Promise<void> {
  const covers = (c: Credential): boolean => c.session === id
  return promised(world, at, `end session ${id}`, covers, covers, () =>
    revokeSession(at.engine, id, 'revoked', options),
  )
}

export function endSubject(world: World, at: Instance, subject: string): Promise<void> {
  const begun = world.scheduler.order
  const covers = (c: Credential): boolean => c.subject === subject && c.insertedOrder < begun
  return promised(world, at, `end all of ${subject}`, covers, of(subject), () => revokeSubject(at.engine, subject))
}

export function endOthers(world: World, at: Instance, subject: string, kept: string): Promise<void> {
  const begun = world.scheduler.order
  const covers = (c: Credential): boolean =>
    c.subject === subject &&
    c.insertedOrder < begun &&
    (c.session !== kept || (c.kind === 'access' && c.knownOrder < begun))
  return promised(world, at, `end all of ${subject} but ${kept}`, covers, of(subject), () =>
    revokeOthers(at.engine, subject, kept),
  )
}

export function endEverything(world: World, at: Instance): Promise<void> {
  const begun = world.scheduler.order
  const covers = (c: Credential): boolean => c.insertedOrder < begun
  return promised(
    world,
    at,
    'end everything',
    covers,
    () => true,
    () => revokeEverything(at.engine),
  )
}

export function endToken(world: World, at: Instance, token: Credential): Promise<void> {
  const id = token.claims!.tokenId
  const covers = (c: Credential): boolean => c === token
  return promised(world, at, `end token ${id}`, covers, covers, () => revokeToken(at.engine, id))
}

export function change(world: World, at: Instance, subject: string): Promise<void> {
  const begun = world.scheduler.order
  const covers = (c: Credential): boolean => c.kind === 'access' && c.subject === subject && c.knownOrder < begun
  return promised(world, at, `make tokens of ${subject} stale`, covers, of(subject), async () => {
    await subjectChanged(at.engine, subject)
    return { complete: true }
  })
}

/** Replaces the session's secret, as a step-up does; the new session token is registered once it is known. */
export async function replaceSecret(world: World, at: Instance, of: Credential): Promise<void> {
  const { session } = of
  const covers = (c: Credential): boolean => c.session === session && (c.claims?.generation ?? c.secretFrom) < first
  let first = 0
  await promised(
    world,
    at,
    `replace the secret of ${session}`,
    covers,
    (c) => c.session === session,
    async () => {
      const { verdict, assurance } = await settle<SessionRecord | null>(
        at.engine,
        of.session,
        ({ record, versions }) => {
          if (record === null || whyOver(record, versions, at.machine.now()) !== null) return unchanged(null)
          first = record.generation + 1
          const secret = { secretHash: secretHashFor(record.id, first), firstGeneration: first }
          const next = { ...record, ...secret, generation: first, confirmedGeneration: first }
          return { verdict: next, next, events: [] }
        },
      )
      if (verdict === null) return null
      register(world, {
        ...{ ...of, name: `session ${of.session} from ${first}`, text: sessionTokenFor(of.session, first) },
        ...{ readOrder: world.scheduler.order, knownOrder: world.scheduler.order, secretFrom: first },
      })
      return assurance
    },
  )
}

function of(subject: string): Promised['touches'] {
  return (credential) => credential.subject === subject
}

interface Told {
  readonly complete: boolean
}

/** Null: nothing was brought about, so nothing is promised. */
async function promised(
  world: World,
  at: Instance,
  name: string,
  covers: Promised['covers'],
  touches: Promised['touches'],
  bringAbout: () => Promise<Told | null>,
): Promise<void> {
  const { oracle, scheduler, counts } = world
  const promised: Promised = oracle.begin(`${name} (by ${at.machine.name})`, covers, touches)
  const failures = world.network.failures
  counts.revokes++
  try {
    const told = await bringAbout()
    if (told === null || world.serverOf(at.machine) !== world.server) return
    oracle.resolved(promised, told.complete)
    if (world.network.failures === failures) noteDuration(world, promised)
  } catch (error) {
    counts.revokesFailed++
    scheduler.tell(at.machine.name, () => `"${name}" is not assured: ${(error as Error).message}`)
  }
}

/** S4, where every call came back: the window on a slow clock, a few calls of the store, and the polls between. */
function noteDuration(world: World, { name, begunAt, resolvedAt }: Promised): void {
  const { counts, network, timing } = world
  const took = resolvedAt! - begunAt
  const bound = world.longestLease() - 2 * network.options.deadline + 14 * network.slowest + 300
  counts.longestRevoke = Math.max(counts.longestRevoke, took)
  // While what was lost, or seems so by a hint that lied, is published again, the store is not what one calls up.
  if (!world.isStill || world.oracle.losses.length > 0 || network.options.hints.lies > 0) return
  counts.nearestToBound = Math.max(counts.nearestToBound, took / bound)
  if (took > bound)
    world.oracle.violate(
      `S4: "${name}" took ${Math.round(took)} ms; the bound is ${Math.round(bound)} (L = ${timing.lease})`,
    )
}

function register(world: World, credential: Credential): Credential {
  world.oracle.register(credential)
  world.scheduler.tell('client', () => `has ${credential.name}`)
  return credential
}

/** 24 characters of the form that ids have. */
function newId(world: World): string {
  const number = (world.ids++).toString().padStart(21, '0')
  return `00${number}A`
}
