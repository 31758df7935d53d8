import type { ServerResponse } from 'node:http'
import type { Hallpass } from '../api.js'
import { problemFor } from '../http/problem.js'
import { createEntrance } from './entrance.js'
import { applyToNode } from './node-response.js'
import { type NodeRequest, nodeView } from './node-view.js'
import type { RequestAuth } from './request-auth-type.js'

export type { RequestAuth } from './request-auth-type.js'
export type { NodeRequest } from './node-view.js'
export { logFeed, type LogFeedHandler, type LogFeedOptions } from '../feed/log-feed.js'
export { nodeHandler } from './node-fetch.js'

/**
 * Hallpass for node:http: `const caller = await enter(req, res)`. Null means that Hallpass has answered: its own
 * addresses, and 503 in times of trouble. `sendPatch` sends what `caller.guard()` answers, and what
 * `problemFor` makes of an error that a method of `caller` threw.
 */
export function hallpassNode(auth: Hallpass): (req: NodeRequest, res: ServerResponse) => Promise<RequestAuth | null> {
  const enter = createEntrance(auth)
  return (req, res) => enter(nodeView(req), (patch) => applyToNode(res, patch))
}

export { applyToNode as sendPatch, problemFor }
