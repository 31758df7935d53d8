import { type AccountStore, type Hallpass, HallpassError, receiptBody, type Session, sessionBody } from 'hallpass'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { Accounts } from '../accounts/accounts.js'
import { operatorRole } from '../accounts/roles.js'
import { limitBody, readBody } from '../body.js'
import { badRequest, ServerError } from '../errors.js'
import { needs, type Remedies } from '../validation.js'
import type { SubjectAndReceiptAnswer, SubjectAnswer, SubjectBody, SubjectsAnswer } from './contract.js'
import { type AdminEnv, isOwn, type Operator } from './operator.js'
import { cursor, cursorOf, cursorRemedy, placeText, readQuery, unkept } from './queries.js'
import { type FoundSubject, searchSubjects } from './search.js'

export interface SubjectParts {
  readonly auth: Pick<Hallpass, 'sessions' | 'subjects'>
  readonly accounts: Accounts
  readonly accountStore: AccountStore
}

const mostSessions = 100
/** Characters. */
const longestSubject = 255

const subjectRemedy =
  'Send it as it is, or "~" and its UTF-8 in base64url: 1 to 255 characters without control characters.'

const searchQuery = z.strictObject({
  search: z
    .string()
    .max(256, 'is longer than 256 characters.')
    .refine((text) => !unkept.test(text), 'contains a control character.')
    .default(''),
  after: cursor(z.tuple([z.enum(['emails', 'ids']), placeText(320)])).optional(),
})

const searchRemedies: Remedies = {
  search: 'Send the beginning of an email or an id, or the id of a session.',
  after: cursorRemedy,
}

/** With more than this, access tokens with long issuers, or with claims of the application, would be over their budget. Bytes of JSON. */
const mostRoles = 192

const rolesBody = z.strictObject(
  {
    roles: z
      .array(z.string(needs('a string')).regex(/^[a-z0-9:_.-]{1,64}$/, 'is no name of a role.'), needs('a list'))
      .max(32, 'has more than 32 entries.')
      .refine((list) => new Set(list).size === list.length, 'names something twice.')
      .refine((list) => JSON.stringify(list).length <= mostRoles, `makes more than ${mostRoles} bytes of every token.`),
  },
  needs('a JSON object'),
)

const rolesRemedies: Remedies = {
  '': 'Send one JSON object.',
  roles: 'List names such as "operator": each 1 to 64 of a-z, 0-9, ":", "_", "." and "-".',
}

/** People, by their subjects. Below `/admin/subjects`. */
export function subjectRoutes(parts: SubjectParts): Hono<AdminEnv> {
  const { auth, accounts, accountStore } = parts
  const answerOf = (c: Context<AdminEnv>, id: string): Promise<SubjectAnswer> =>
    subjectAnswer(parts, id, c.var.operator)
  const existing = async (c: Context<AdminEnv>, id: string): Promise<SubjectAnswer> => {
    const answer = await answerOf(c, id)
    if (answer.subject.account !== null || answer.subject.sessions > 0) return answer
    throw new HallpassError('not-found', { reason: 'no such subject' })
  }

  return new Hono<AdminEnv>()
    .get('/', async (c) => {
      const { search, after = null } = readQuery(c, searchQuery, searchRemedies)
      const { subjects, next } = await searchSubjects({ auth, accounts: accountStore }, search, after)
      const bodies = await Promise.all(
        subjects.map(async (found) => subjectBody(found, await auth.sessions.list(found.id))),
      )
      // a store may still name one whose last session has just gone
      const there = bodies.filter(({ account, sessions }) => account !== null || sessions > 0)
      const answer = { subjects: there, next: next === null ? null : cursorOf(next) }
      return c.json(answer satisfies SubjectsAnswer)
    })
    .get('/:id', async (c) => c.json(await existing(c, subjectOf(c))))
    .put('/:id/roles', limitBody, async (c) => {
      const id = subjectOf(c)
      const { roles } = await readBody(c, rolesBody, rolesRemedies)
      if (!roles.includes(operatorRole)) mustBeAnother(c, id)
      await accounts.setRoles(id, roles)
      return c.json(await answerOf(c, id))
    })
    .post('/:id/end', async (c) => {
      const id = subjectOf(c)
      const receipt = receiptBody(await auth.subjects.revoke(id))
      return c.json({ ...(await answerOf(c, id)), receipt } satisfies SubjectAndReceiptAnswer)
    })
    .post('/:id/disable', async (c) => {
      const id = subjectOf(c)
      mustBeAnother(c, id)
      const receipt = receiptBody(await accounts.disable(id))
      return c.json({ ...(await answerOf(c, id)), receipt } satisfies SubjectAndReceiptAnswer)
    })
    .post('/:id/enable', async (c) => {
      const id = subjectOf(c)
      await accounts.enable(id)
      return c.json(await answerOf(c, id))
    })
}

/** Of one that has neither an account nor a session as well: it may have had some before. Marks the operator's own session. */
export async function subjectAnswer(
  { auth, accountStore }: Omit<SubjectParts, 'accounts'>,
  id: string,
  operator: Operator,
): Promise<SubjectAnswer> {
  const [account, sessions] = await Promise.all([accountStore.find(id), auth.sessions.list(id)])
  return {
    subject: subjectBody({ id, account }, sessions),
    sessions: sessions.slice(0, mostSessions).map((session) => sessionBody(session, isOwn(session, operator))),
  }
}

function subjectBody({ id, account }: FoundSubject, sessions: readonly Session[]): SubjectBody {
  return {
    id,
    account:
      account === null
        ? null
        : {
            email: account.email,
            createdAt: iso(account.createdAt),
            disabledAt: account.disabledAt === null ? null : iso(account.disabledAt),
            roles: account.roles,
          },
    sessions: sessions.length,
    lastSeenAt: sessions[0] === undefined ? null : iso(sessions[0].lastSeenAt),
  }
}

/** An operator who is signed in must not shut themselves out: so there is always one left. */
function mustBeAnother(c: Context<AdminEnv>, id: string): void {
  const { operator } = c.var
  if (operator.by === 'session' && operator.session.subject === id) throw new ServerError('own-operator-role')
}

/**
 * The subject that an address names, as it is or as "~" and base64url of it. What the library would not take for one must
 * not get into a record either: a store that refuses one record takes none of those that come after it.
 */
function subjectOf(c: Context<AdminEnv>): string {
  const named = c.req.param('id') ?? ''
  const subject = named.startsWith('~') ? Buffer.from(named.slice(1), 'base64url').toString() : named
  const isWhole = !named.startsWith('~') || Buffer.from(subject).toString('base64url') === named.slice(1)
  if (!isWhole || subject === '' || subject.length > longestSubject || unkept.test(subject))
    throw badRequest([{ field: 'id', problem: 'is no subject.', remedy: subjectRemedy }])
  c.set('about', { subject })
  return subject
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
