import { type Device, deviceFrom, type Policy, type Session, type TokensBody, receiptBody, sessionBody } from 'hallpass'
import { type Context, Hono } from 'hono'
import type { AccountAnswer, SessionAndReceiptAnswer, SessionAnswer } from '../admin/contract.js'
import { limitBody, readBody } from '../body.js'
import type { Journal } from '../audit/journal.js'
import { deviceName } from '../device-name.js'
import { clientOf, type ServerEnv } from '../env.js'
import type { Accounts } from './accounts.js'
import {
  passwordChangeBody,
  passwordChangeRemedies,
  signInBody,
  signInRemedies,
  stepUpBody,
  stepUpRemedies,
} from './bodies.js'
import { ownClients } from './clients.js'
import type { PersonEvents } from './person-events.js'
import { personEventRoutes } from './person-event-routes.js'

export interface AccountRoutesParts {
  readonly accounts: Accounts
  readonly policy: Policy
  readonly journal: Pick<Journal, 'tell'>
  readonly events: PersonEvents
}

/** RFC 8176 */
const amr = ['pwd'] as const

/** Sign-up, sign-in, whose account it is, step-up, password change; the rest under the base path is the library's. */
export function accountRoutes({ accounts, policy, journal, events }: AccountRoutesParts): Hono<ServerEnv> {
  const own = ownClients(policy)
  return new Hono<ServerEnv>()
    .route('/events', personEventRoutes(events, journal))
    .post('/sign-up', own, limitBody, async (c) => {
      const { email, password, remember } = await readBody(c, signInBody, signInRemedies)
      const account = await accounts.signUp(email, password)
      const signedIn = await c.var.auth.signIn(account.id, { amr, remember })
      journal.tell({ type: 'signed-up', at: account.createdAt, ...whose(signedIn.session) })
      return c.json(handed(signedIn))
    })
    .post('/sign-in', own, limitBody, async (c) => {
      const { email, password, remember } = await readBody(c, signInBody, signInRemedies)
      const { account, begun } = await accounts.signIn(email, password, deviceOf(c))
      return c.json(handed(await c.var.auth.signIn(account.id, { begun, amr, remember })))
    })
    .get('/account', async (c) => {
      const { email, roles } = await accounts.find(c.var.auth.require().subject)
      c.header('cache-control', 'no-store')
      return c.json({ account: { email, roles } } satisfies AccountAnswer)
    })
    .post('/step-up', limitBody, async (c) => {
      const { subject } = c.var.auth.require()
      const { password } = await readBody(c, stepUpBody, stepUpRemedies)
      const begun = await accounts.confirm(subject, password, deviceOf(c))
      return c.json(handed(await c.var.auth.stepUp({ begun, amr })))
    })
    .post('/password', limitBody, async (c) => {
      const { subject } = c.var.auth.require()
      const { currentPassword, newPassword } = await readBody(c, passwordChangeBody, passwordChangeRemedies)
      const change = { current: currentPassword, next: newPassword }
      const done = await accounts.changePassword(
        subject,
        change,
        (begun) => c.var.auth.stepUp({ begun, amr, endOthers: true }),
        deviceOf(c),
      )
      journal.tell({ type: 'password-changed', at: done.session.authenticatedAt, ...whose(done.session) })
      const receipt = done.receipt === null ? null : receiptBody(done.receipt)
      return c.json({ ...handed(done), receipt } satisfies SessionAndReceiptAnswer)
    })
}

function handed({ session, tokens }: { readonly session: Session; readonly tokens: TokensBody | null }): SessionAnswer {
  return { session: sessionBody(session, true), ...(tokens === null ? {} : { tokens }) }
}

function whose({ id: session, subject, device }: Session): {
  readonly session: string
  readonly subject: string
  readonly device: Device
} {
  return { session, subject, device }
}

/** From where somebody tries, as sessions would keep it. */
function deviceOf(c: Context): Device {
  const userAgent = c.req.header('user-agent') ?? null
  return deviceFrom(userAgent, clientOf(c), userAgent === null ? null : deviceName(userAgent))
}
