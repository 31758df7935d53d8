import { caching } from './caching.js'
import { clocks } from './clocks.js'
import { holding } from './holding.js'
import type { Mutant } from './mutant.js'
import { refreshing } from './refreshing.js'
import { revoking } from './revoking.js'

export const mutants: readonly Mutant[] = [...clocks, ...holding, ...revoking, ...caching, ...refreshing]
