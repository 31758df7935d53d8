import type { Hallpass } from '../api.js'
import { HallpassError } from '../core/errors.js'
import { hasSubject, type Json, sessionOf } from '../core/session.js'
import { cookiesFor } from '../http/carriage.js'
import type { RequestView } from '../http/request-view.js'
import { noPatch } from '../http/response-patch.js'
import { visit } from '../sessions/sign-in.js'
import { updateData } from '../sessions/update.js'
import { type Context, deviceOf, visitorFrom } from './context.js'
import { refuseForeignPage } from './forgery.js'
import { judge } from './judge.js'

/** Changes the data of the caller's session; a stranger gets an anonymous one, which begins with this write. */
export async function updateRequest(
  context: Context,
  view: RequestView,
  change: (data: Json) => Json,
): ReturnType<Hallpass['update']> {
  const { engine } = context
  const { live, standing } = await judge(context, view)
  if (live !== null) {
    const record = await updateData(engine, live.record.id, change)
    return hasSubject(record)
      ? { session: sessionOf(record), visitor: null, patch: noPatch }
      : { session: null, visitor: visitorFrom(record), patch: noPatch }
  }
  if (standing.refusal === 'csrf-refused' || standing.carriedBy === 'authorization') {
    throw new HallpassError(standing.refusal ?? 'session-required')
  }
  refuseForeignPage(context, view)
  const { record, tokens } = await visit(engine, change({}), deviceOf(context, view))
  const patch = cookiesFor(tokens, engine.policy, record, engine.runtime.now())
  return { session: null, visitor: visitorFrom(record), patch }
}
