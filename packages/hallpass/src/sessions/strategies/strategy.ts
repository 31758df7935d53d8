import type { Policy, StrategyName } from '../../core/policy.js'
import type { SessionRecord } from '../../core/session.js'
import type { Lifetime } from '../../core/sign-in.js'
import type { IssuedTokens } from '../../core/token.js'
import type { Mintable } from '../minting.js'
import type { Parts } from '../parts.js'

/** One way to carry a session: everything that differs between the strategies, in one row. */
export interface Strategy {
  readonly name: StrategyName
  /** The cookies that authenticate a request, the strategy's own first. */
  readonly reads: readonly ['session' | 'access', 'session' | 'access']
  /** How long a session lives that begins, or is proved again, under this strategy. Milliseconds. */
  lifetime(policy: Policy, remember: boolean): Lifetime
  /** How soon a session ends that is carried on under this strategy; null: in its own time. Milliseconds. */
  endsWithin(policy: Policy): number | null
  /** What a client is handed. */
  issue(parts: Parts, mintable: Mintable): Promise<IssuedTokens>
}

export function ownLifetime(policy: Policy, remember: boolean): Lifetime {
  const { idle, absolute, rememberedIdle, rememberedAbsolute } = policy.lifetimes
  return remember ? { idle: rememberedIdle, absolute: rememberedAbsolute } : { idle, absolute }
}

/** Anonymous sessions are carried by a session token, whatever the strategy. */
export function anonymousLifetime(policy: Policy): Lifetime {
  return { idle: policy.lifetimes.anonymous, absolute: policy.lifetimes.anonymous }
}

export function idleLifetime(policy: Policy, record: SessionRecord): number {
  return (record.subject === null ? anonymousLifetime(policy) : ownLifetime(policy, record.remember)).idle
}
