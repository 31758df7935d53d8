import type { Authenticated, Hallpass, Issued } from '../api.js'
import { Caller } from '../http/guard.js'
import type { RequestView } from '../http/request-view.js'
import type { Apply, Handed, Outcome, RequestAuth } from './request-auth-type.js'

/** One is made for every request, so its methods are on the prototype. */
export class RequestCaller extends Caller implements RequestAuth {
  readonly #auth: Hallpass
  readonly #apply: Apply

  constructor(auth: Hallpass, view: RequestView, apply: Apply, authenticated: Authenticated) {
    super(view, auth.policy, authenticated)
    this.#auth = auth
    this.#apply = apply
  }
  begin(...asked: Parameters<RequestAuth['begin']>): ReturnType<RequestAuth['begin']> {
    return this.#auth.begin(...asked)
  }
  csrfToken(): Promise<string> {
    return this.#auth.csrf.issue(this.view)
  }
  async signIn(...[subject, options]: Parameters<RequestAuth['signIn']>): Promise<Handed> {
    return this.#handOut(await this.#auth.signIn(this.view, subject, options))
  }
  async refresh(): Promise<Handed> {
    return this.#handOut(await this.#auth.refresh(this.view))
  }
  async stepUp(...[options]: Parameters<RequestAuth['stepUp']>): ReturnType<RequestAuth['stepUp']> {
    const issued = await this.#auth.stepUp(this.view, options)
    return { ...this.#handOut(issued), receipt: issued.receipt }
  }
  async update(...[change]: Parameters<RequestAuth['update']>): Promise<void> {
    this.#come(await this.#auth.update(this.view, change))
  }
  async signOut(): ReturnType<RequestAuth['signOut']> {
    const { receipt, patch } = await this.#auth.signOut(this.view)
    this.#come({ session: null, patch })
    return receipt
  }
  async revokeAll(...[options]: Parameters<RequestAuth['revokeAll']>): ReturnType<RequestAuth['revokeAll']> {
    const { receipt, issued, patch } = await this.#auth.revokeAll(this.view, options)
    this.#come({ session: issued?.session ?? null, patch })
    return { receipt, tokens: issued?.tokens ?? null }
  }
  #handOut(issued: Issued): Handed {
    this.#come(issued)
    return { session: issued.session, tokens: issued.tokens }
  }
  #come({ session, visitor = null, patch }: Outcome): void {
    this.become(session, visitor)
    this.#apply(patch)
  }
}
