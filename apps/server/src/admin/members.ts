import type { Hallpass } from 'hallpass'
import { Hono } from 'hono'
import type { MembersAnswer } from './contract.js'
import type { AdminEnv } from './operator.js'

/** `GET /admin/members` */
export function memberRoutes(auth: Pick<Hallpass, 'members' | 'figures'>): Hono<AdminEnv> {
  return new Hono<AdminEnv>().get('/', async (c) => {
    const members = await auth.members()
    const { valid, sequence: applied, lag } = auth.figures().lease
    const sequence = Math.max(applied ?? 0, ...members.map(({ acknowledged }) => acknowledged))
    const answer: MembersAnswer = {
      members: members.map(({ incarnation, self, renewal, acknowledged, lease, lastKnownGood }) => ({
        incarnation,
        self,
        renewal,
        acknowledged,
        behind: sequence - acknowledged,
        lease,
        lastKnownGood,
      })),
      log: { sequence, applied, lease: { valid, lag } },
    }
    return c.json(answer)
  })
}
