import type { Issued, IssuedWithReceipt, StepUpOptions } from '../api.js'
import type { Receipt } from '../core/receipt.js'
import { HallpassError } from '../core/errors.js'
import { expireCookies } from '../http/carriage.js'
import type { RequestView } from '../http/request-view.js'
import { noPatch, type ResponsePatch } from '../http/response-patch.js'
import { parseCredential } from '../sessions/credential.js'
import { reissue, revokeOthers, revokeSubject } from '../sessions/revoke.js'
import { stepUpSession } from '../sessions/step-up.js'
import type { Context } from './context.js'
import { judge, type Judgement } from './judge.js'
import { carriedAnswer } from './refresh.js'

/** New secrets for the caller's session; with `endOthers`, and none for anybody else's. */
export async function stepUpRequest(
  context: Context,
  view: RequestView,
  options: StepUpOptions,
): Promise<IssuedWithReceipt> {
  const { engine } = context
  const { subject, id, carriedBy } = required(await judge(context, view))
  const endOthers = options.endOthers ?? false
  const proved = { subject, amr: options.amr ?? [], begun: options.begun ?? null, endOthers }
  const carried = await stepUpSession(engine, id, proved)
  return { ...carriedAnswer(context, carried, carriedBy === 'cookie', false), receipt: carried.receipt }
}

/** Ends every session of the caller's subject, or every other one. */
export async function revokeAllRequest(
  context: Context,
  view: RequestView,
  options: { readonly keepCurrent: boolean },
): Promise<{ receipt: Receipt; issued: Issued | null; patch: ResponsePatch }> {
  const { engine } = context
  const { subject, id, text, carriedBy } = required(await judge(context, view))
  const byCookie = carriedBy === 'cookie'
  if (!options.keepCurrent) {
    const receipt = await revokeSubject(engine, subject)
    return { receipt, issued: null, patch: byCookie ? expireCookies(engine.policy) : noPatch }
  }
  const receipt = await revokeOthers(engine, subject, id)
  const carried = await reissue(engine, id, text)
  const issued = carriedAnswer(context, carried, byCookie, parseCredential(text)?.kind === 'access')
  return { receipt, issued, patch: issued.patch }
}

function required({ standing, live, text }: Judgement): {
  readonly subject: string
  readonly id: string
  readonly text: string
  readonly carriedBy: 'cookie' | 'authorization' | null
} {
  const subject = live?.record.subject ?? null
  if (live === null || subject === null || text === null)
    throw new HallpassError(standing.refusal ?? 'session-required')
  return { subject, id: live.record.id, text, carriedBy: standing.carriedBy }
}
