import type { HallpassEnv } from 'hallpass/hono'

/** What handlers of the server find in `c.var`. */
export type ServerEnv = HallpassEnv
