import type { Hallpass, Issued } from '../api.js'
import { guard, sessionFor, type Standing } from '../http/guard.js'
import type { RequestView } from '../http/request-view.js'
import type { ResponsePatch } from '../http/response-patch.js'
import type { Handed, Outcome, RequestAuth } from './request-auth-type.js'

/** Puts what Hallpass wants onto the response; with a status, that is the whole answer. */
export type Apply = (patch: ResponsePatch) => void

export async function createRequestAuth(auth: Hallpass, view: RequestView, apply: Apply): Promise<RequestAuth> {
  const { policy } = auth
  const { at, patch, carriedBy, csrfToken, session, visitor, refusal } = await auth.authenticate(view)
  const standing = (): Standing => ({ ...caller, carriedBy, csrfToken })
  const become = ({ session, visitor = null, patch }: Outcome): void => {
    Object.assign(caller, { session, visitor, refusal: session === null ? 'session-required' : null })
    apply(patch)
  }
  const handOut = (issued: Issued): Handed => {
    become(issued)
    return { session: issued.session, tokens: issued.tokens }
  }
  const caller: RequestAuth = {
    session,
    visitor,
    refusal,
    require: (requirement) => sessionFor(standing(), view, policy, at, requirement),
    guard: (requirement) => guard(standing(), view, policy, at, requirement),
    begin: (subject) => auth.begin(subject),
    signIn: async (subject, options) => handOut(await auth.signIn(view, subject, options)),
    refresh: async () => handOut(await auth.refresh(view)),
    csrfToken: () => auth.csrf.issue(view),
    async stepUp(options) {
      const issued = await auth.stepUp(view, options)
      return { ...handOut(issued), receipt: issued.receipt }
    },
    update: async (change) => become(await auth.update(view, change)),
    async signOut() {
      const { receipt, patch } = await auth.signOut(view)
      become({ session: null, patch })
      return receipt
    },
    async revokeAll(options) {
      const { receipt, issued, patch } = await auth.revokeAll(view, options)
      become({ session: issued?.session ?? null, patch })
      return { receipt, tokens: issued?.tokens ?? null }
    },
  }
  apply(patch)
  return caller
}
