import type { Hallpass, Issued } from '../api.js'
import { guard, refusalOf, type Standing } from '../http/guard.js'
import type { RequestView } from '../http/request-view.js'
import type { ResponsePatch } from '../http/response-patch.js'
import type { Handed, RequestAuth } from './request-auth-type.js'

/** Puts what Hallpass wants onto the response; with a status, that is the whole answer. */
export type Apply = (patch: ResponsePatch) => void

export async function createRequestAuth(auth: Hallpass, view: RequestView, apply: Apply): Promise<RequestAuth> {
  const authenticated = await auth.authenticate(view)
  apply(authenticated.patch)
  let standing: Standing = authenticated
  const turnedAway = { ...authenticated, session: null, visitor: null, refusal: 'session-required' } as const

  const handOut = ({ session, tokens, patch }: Issued): Handed => {
    standing = { ...standing, session, visitor: null, refusal: null }
    apply(patch)
    return { session, tokens }
  }
  return {
    get session() {
      return standing.session
    },
    get visitor() {
      return standing.visitor
    },
    get refusal() {
      return standing.refusal
    },
    require(requirement) {
      const refusal = refusalOf(standing, view, auth.policy, authenticated.at, requirement)
      if (standing.session === null || refusal !== null) throw refusal
      return standing.session
    },
    guard: (requirement) => guard(standing, view, auth.policy, authenticated.at, requirement),
    begin: (subject) => auth.begin(subject),
    signIn: async (subject, options) => handOut(await auth.signIn(view, subject, options)),
    refresh: async () => handOut(await auth.refresh(view)),
    csrfToken: () => auth.csrf.issue(view),
    async stepUp(options) {
      const issued = await auth.stepUp(view, options)
      return { ...handOut(issued), receipt: issued.receipt }
    },
    async update(change) {
      const { session, visitor, patch } = await auth.update(view, change)
      standing = { ...standing, session, visitor }
      apply(patch)
    },
    async signOut() {
      const { receipt, patch } = await auth.signOut(view)
      standing = turnedAway
      apply(patch)
      return receipt
    },
    async revokeAll(options) {
      const { receipt, issued, patch } = await auth.revokeAll(view, options)
      standing = issued === null ? turnedAway : { ...standing, session: issued.session }
      apply(patch)
      return { receipt, tokens: issued?.tokens ?? null }
    },
  }
}
