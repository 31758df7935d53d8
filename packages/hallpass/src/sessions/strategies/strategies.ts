import type { StrategyName } from '../../core/policy.js'
import { hybrid } from './hybrid.js'
import { jwt } from './jwt.js'
import { session } from './session.js'
import type { Strategy } from './strategy.js'

/** Resolved once at start; nothing below asks for a strategy by its name. */
export const strategies: { readonly [name in StrategyName]: Strategy } = { session, hybrid, jwt }
