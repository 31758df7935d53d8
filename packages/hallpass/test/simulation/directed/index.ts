import type { Directed } from '../stage.js'
import { caching } from './caching.js'
import { clocks } from './clocks.js'
import { forgetting } from './forgetting.js'
import { members } from './members.js'
import { relays } from './relays.js'

export const directed: readonly Directed[] = [...clocks, ...members, ...forgetting, ...caching, ...relays]
