import { badRequest, readBody } from '../http/body.js'
import { expireCookies } from '../http/carriage.js'
import { jsonPatch, refusalPatch } from '../http/problem.js'
import { withHeadersOf } from '../http/response-patch.js'
import { receiptBody, sessionBody } from '../http/session-body.js'
import type { Endpoint } from './endpoint.js'
import { issuedBody } from './issued-body.js'
import { forCaller } from './session.js'

/** GET sessions: where the caller's subject is signed in. */
export const listSessions: Endpoint = (auth, view) =>
  forCaller(auth, view, async (caller) => {
    const sessions = await auth.sessions.list(caller.subject)
    return jsonPatch(200, { sessions: sessions.map((session) => sessionBody(session, session.id === caller.id)) })
  })

/** DELETE sessions/:id: ends one of them. Somebody else's is answered like one that never was. */
export const endSession: Endpoint = (auth, view, id) =>
  forCaller(auth, view, async (caller) => {
    const session = await auth.sessions.get(id)
    if (session?.subject !== caller.subject) return refusalPatch('no-such-session')
    const answer = jsonPatch(200, { receipt: receiptBody(await auth.sessions.revoke(id)) })
    return id === caller.id ? withHeadersOf(answer, expireCookies(auth.policy)) : answer
  })

/** POST sessions/revoke-all `{"keepCurrent": boolean}`: ends all of them, or all but the caller's own. */
export const revokeAll: Endpoint = async (auth, view) => {
  const { keepCurrent } = await readBody(view, ['keepCurrent'])
  if (typeof keepCurrent !== 'boolean') {
    throw badRequest([{ field: 'keepCurrent', problem: 'is not true or false.', remedy: 'Say which it is to be.' }])
  }
  const { receipt, issued, patch } = await auth.revokeAll(view, { keepCurrent })
  const own = issued === null ? {} : issuedBody(issued)
  return withHeadersOf(jsonPatch(200, { receipt: receiptBody(receipt), ...own }), patch)
}
