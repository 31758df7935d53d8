import type { Hallpass, HallpassOptions } from './api.js'
import { noFeed } from './cluster/no-feed.js'
import type { ClaimRules } from './core/claims.js'
import { noCounts } from './core/counts.js'
import { HallpassError } from './core/errors.js'
import { type Policy, readPolicy } from './core/policy.js'
import { hasSubject, sessionOf, whyOver } from './core/session.js'
import { begun, checkedPage, checkedSubject } from './core/sign-in.js'
import { createRoots } from './crypto/roots.js'
import { createEvents } from './events.js'
import { createAccessTokens } from './keys/access-tokens.js'
import type { Context } from './requests/context.js'
import { issueCsrfToken, verifyCsrfToken } from './requests/csrf-token.js'
import { judge } from './requests/judge.js'
import { refreshRequest } from './requests/refresh.js'
import { signInRequest } from './requests/sign-in.js'
import { signOutRequest } from './requests/sign-out.js'
import { revokeAllRequest, stepUpRequest } from './requests/step-up.js'
import { updateRequest } from './requests/update.js'
import { upstreamRequest } from './requests/upstream.js'
import { systemRuntime } from './runtime.js'
import { authenticateText } from './sessions/authenticate.js'
import type { Engine } from './sessions/engine.js'
import type { Parts } from './sessions/parts.js'
import {
  revokeEverything,
  revokeKey,
  revokeSession,
  revokeSubject,
  revokeToken,
  subjectChanged,
} from './sessions/revoke.js'
import { strategies } from './sessions/strategies/strategies.js'
import { keyVerbs, ringOf } from './sessions/keys.js'
import { createMembership } from './sessions/membership.js'
import { introspectToken } from './sessions/introspect.js'
import { exchangeToken, issueServiceToken } from './sessions/service-tokens.js'
import { updateData } from './sessions/update.js'
import { Watcher } from './sessions/watch.js'
import { createWriteBehind } from './sessions/write-behind.js'
import { figuresOf, leaseOf, membersOf } from './sessions/members.js'
import { trustworthy } from './trustworthy.js'
import { crypto as platformCrypto } from '#crypto'

/**
 * Sessions, carried any way you like. Answers at once; the store is first asked when a request needs it.
 * Throws `configuration` with every mistake and its remedy where the options are not safe to start with.
 */
export function hallpass(options: HallpassOptions): Hallpass {
  const { policy, mistakes } = readPolicy(options)
  if (mistakes.length > 0) throw new HallpassError('configuration', { mistakes })

  const events = createEvents()
  const engine = assemble(options, policy, events.emit)
  const context: Context = { engine, nameDevice: options.nameDevice ?? (() => null) }
  return {
    policy,
    on: events.on,
    ...requestVerbs(context),
    ...standingVerbs(context),
    revokeEverything: (options) => revokeEverything(engine, options),
    async status() {
      await engine.store.check()
      const active = (await engine.keyRing.list()).find((key) => key.state === 'active')
      return { engine: engine.store.engine, signingKey: active?.kid ?? 'none', lease: leaseOf(engine) }
    },
    feed: engine.relay ?? noFeed,
    members: () => membersOf(engine),
    figures: () => figuresOf(engine),
    async close() {
      engine.watcher.stop()
      await engine.behind.stop()
      await engine.keyRing.stop()
      await engine.holder?.close()
      await engine.store.close()
    },
  }
}

function assemble(options: HallpassOptions, policy: Policy, emit: Parts['emit']): Engine {
  const crypto = options.crypto ?? platformCrypto
  const runtime = options.runtime ?? systemRuntime
  const store = trustworthy(options.store)
  const secrets = typeof options.secret === 'string' ? [options.secret] : options.secret
  const roots = createRoots(crypto, secrets)
  const rules = claimRules(policy)
  const longestLifetime = rules.maximumLifetime * 1000
  const membership = createMembership({ policy, store, runtime, crypto, emit }, longestLifetime)
  const keyRing = ringOf({ policy, store, roots, crypto, runtime, emit }, membership, longestLifetime)
  const accessTokens = createAccessTokens({ ring: keyRing, crypto, runtime, rules })
  const claims = options.claims ?? (() => ({}))
  const parts: Parts = { policy, store, runtime, crypto, roots, keyRing, accessTokens, claims, emit, ...membership }
  const behind = createWriteBehind({ sessions: store.sessions, runtime, emit })
  const watcher = new Watcher(parts)
  return { ...parts, strategy: strategies[policy.strategy], behind, counts: noCounts(), watcher }
}

/** What the verbs of one request do: each takes the request as data and answers what to do to the response. */
function requestVerbs(context: Context) {
  const { engine } = context
  return {
    begin: async (subject) => begun(subject, await engine.store.sessions.versions(checkedSubject(subject))),
    signIn: async (request, subject, options = {}) => signInRequest(context, request, checkedSubject(subject), options),
    async authenticate(request, options) {
      const judged = judge(context, request, options)
      const { standing, live, patch } = judged instanceof Promise ? await judged : judged
      const { session, visitor, lastKnown, refusal, carriedBy, csrfToken } = standing
      const at = live?.startedAt ?? engine.runtime.now()
      return { session, visitor, lastKnown, refusal, carriedBy, csrfToken, at, patch }
    },
    upstream: (request, options) => upstreamRequest(context, request, options),
    read: async (request) => (await judge(context, request)).standing,
    refresh: (request) => refreshRequest(context, request),
    signOut: (request) => signOutRequest(context, request),
    stepUp: (request, options = {}) => stepUpRequest(context, request, options),
    update: (request, change) => updateRequest(context, request, change),
    revokeAll: (request, options) => revokeAllRequest(context, request, options),
    csrf: {
      async issue(request) {
        const { live, standing } = await judge(context, request)
        if (live === null) throw new HallpassError(standing.refusal ?? 'session-required')
        return issueCsrfToken(engine, live.record)
      },
      async verify(request, token) {
        const { live } = await judge(context, request)
        return live !== null && verifyCsrfToken(engine, live.record, token)
      },
    },
  } satisfies Partial<Hallpass>
}

/** What can be done without a request: by an operator, a job, or a handler that knows whom it is about. */
function standingVerbs({ engine }: Context) {
  return {
    sessions: {
      async list(subject) {
        const records = await engine.store.sessions.listBySubject(checkedSubject(subject))
        const versions = await engine.store.sessions.versions(subject)
        return records
          .filter(hasSubject)
          .filter((record) => whyOver(record, versions, engine.runtime.now()) === null)
          .map(sessionOf)
          .sort((one, other) => other.lastSeenAt - one.lastSeenAt)
      },
      async get(id) {
        const { record, versions } = await engine.store.sessions.find(id)
        if (record === null || !hasSubject(record)) return null
        return whyOver(record, versions, engine.runtime.now()) === null ? sessionOf(record) : null
      },
      async update(id, change) {
        const record = await updateData(engine, id, change)
        if (!hasSubject(record)) throw new HallpassError('no-such-session', { reason: 'the session is anonymous' })
        return sessionOf(record)
      },
      revoke: (id, options) => revokeSession(engine, id, 'revoked', options),
      revokeAll: async (subject, options) => revokeSubject(engine, checkedSubject(subject), options),
    },
    subjects: {
      changed: async (subject) => subjectChanged(engine, checkedSubject(subject)),
      revoke: async (subject, options) => revokeSubject(engine, checkedSubject(subject), options),
      search: async (query) => engine.store.sessions.subjects(checkedPage(query)),
    },
    tokens: {
      async verify(accessToken) {
        const answer = await authenticateText(engine, accessToken)
        if (!answer.ok) return { ok: false, code: answer.code, reason: answer.reason }
        const verified = await engine.accessTokens.verify(accessToken)
        return verified.ok ? verified : { ok: false, code: verified.code, reason: verified.reason }
      },
      issue: (options) => issueServiceToken(engine, options),
      exchange: (token, options) => exchangeToken(engine, token, options),
      introspect: (token) => introspectToken(engine, token),
      revoke: (tokenId, options) => revokeToken(engine, tokenId, options),
    },
    keys: {
      ...keyVerbs(engine),
      revoke: (kid, options) => revokeKey(engine, kid, options),
    },
  } satisfies Partial<Hallpass>
}

function claimRules(policy: Policy): ClaimRules {
  const { issuer, audience, clientId, lifetimes } = policy
  // Not the configured lifetime itself: shortening that must not turn the tokens already out into forgeries.
  const maximumLifetime = Math.max(900, lifetimes.accessToken / 1000)
  return { issuer, audience, clientId, maximumLifetime, clockTolerance: 5 }
}
