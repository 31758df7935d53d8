import { initTRPC, TRPCError } from '@trpc/server'
import { HallpassError } from 'hallpass'
import { checkPassword, idOf } from './users.js'

const t = initTRPC.context().create({
  /** `data.hallpass` tells clients why: on `expired` and `stale` they refresh and try again. */
  errorFormatter: ({ shape, error }) =>
    error.cause instanceof HallpassError ? { ...shape, data: { ...shape.data, hallpass: error.cause.code } } : shape,
})

const codes = { 400: 'BAD_REQUEST', 401: 'UNAUTHORIZED', 403: 'FORBIDDEN', 503: 'SERVICE_UNAVAILABLE' }

/** tRPC takes what it does not know for trouble of the server: what `ctx.auth` throws is told by its own status. */
const procedure = t.procedure.use(async ({ next }) => {
  const result = await next()
  const cause = result.ok ? null : result.error.cause
  if (!(cause instanceof HallpassError)) return result
  throw new TRPCError({ code: codes[cause.status] ?? 'INTERNAL_SERVER_ERROR', message: cause.message, cause })
})

/** For those with a session. A mutation must come from a page of ours: require() sees to it. */
const signedIn = procedure.use(({ ctx, next }) => next({ ctx: { session: ctx.auth.require() } }))

export const router = t.router({
  signIn: procedure.input(credentials).mutation(async ({ ctx, input: { email, password } }) => {
    const id = idOf(email)
    const begun = await ctx.auth.begin(id) // before the check: "log out everywhere" in between wins
    if (!(await checkPassword(id, password))) throw new TRPCError({ code: 'UNAUTHORIZED' })
    const { tokens } = await ctx.auth.signIn(id, { begun, amr: ['pwd'], remember: true })
    return { tokens } // null but for a native client, which carries its own
  }),
  me: signedIn.query(({ ctx }) => ({ id: ctx.session.subject })),
  addNote: signedIn.mutation(({ ctx }) => ({ by: ctx.session.subject })),
})

/** zod would do; a function is a validator too. */
function credentials(input) {
  const { email, password } = input ?? {}
  if (typeof email !== 'string' || typeof password !== 'string') throw new Error('email and password are strings')
  return { email, password }
}
