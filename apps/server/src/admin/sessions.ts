import { HallpassError, receiptBody, sessionBody } from 'hallpass'
import { Hono } from 'hono'
import type { ReceiptAnswer, SubjectSessionAnswer } from './contract.js'
import { type AdminEnv, isOwn } from './operator.js'
import { type SubjectParts, subjectAnswer } from './subjects.js'

const id = '[0-9a-f]{2}[A-Za-z0-9_-]{22}'

/** Sessions, one by one. Below `/admin/sessions`. */
export function sessionRoutes(parts: Omit<SubjectParts, 'accounts'>): Hono<AdminEnv> {
  const { sessions } = parts.auth
  return new Hono<AdminEnv>()
    .get(`/:id{${id}}`, async (c) => {
      const { operator } = c.var
      const session = await sessions.get(c.req.param('id'))
      if (session === null) throw new HallpassError('no-such-session')
      const { subject } = await subjectAnswer(parts, session.subject, operator)
      return c.json({ session: sessionBody(session, isOwn(session, operator)), subject } satisfies SubjectSessionAnswer)
    })
    .post(`/:id{${id}}/revoke`, async (c) => {
      const id = c.req.param('id')
      const session = await sessions.get(id)
      c.set('about', { session: id, subject: session?.subject ?? null })
      const receipt = receiptBody(await sessions.revoke(id))
      return c.json({ receipt } satisfies ReceiptAnswer)
    })
}
