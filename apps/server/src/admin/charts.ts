import type { AuditStore, Count } from 'hallpass'
import { Hono } from 'hono'
import { z } from 'zod'
import { revokeBounds, revokeSeries } from '../audit/counters.js'
import type { ChartsAnswer } from './contract.js'
import type { AdminEnv } from './operator.js'
import { readQuery } from './queries.js'

const minute = 60_000
const most = 1440

const query = z.strictObject({
  minutes: z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/, 'is no whole number.')
    .transform(Number)
    .refine((minutes) => minutes <= most, `is more than ${most}.`)
    .default(60),
})

const remedies = { minutes: `Send a whole number from 1 to ${most}.` }

/** `GET /admin/charts` */
export function chartRoutes(audit: Pick<AuditStore, 'counts'>, now: () => number): Hono<AdminEnv> {
  return new Hono<AdminEnv>().get('/', async (c) => {
    const { minutes } = readQuery(c, query, remedies)
    const to = Math.floor(now() / minute) * minute + minute
    const from = to - minutes * minute
    return c.json(chartsAnswer(await audit.counts(from, to), from, minutes))
  })
}

function chartsAnswer(counts: readonly Count[], from: number, minutes: number): ChartsAnswer {
  const series: { [name: string]: number[] } = {}
  const took = new Map<string, number>()
  for (const { minute: begun, series: name, value } of counts) {
    if (name.startsWith(revokeSeries)) took.set(name, (took.get(name) ?? 0) + value)
    else (series[name] ??= Array.from({ length: minutes }, () => 0))[(begun - from) / minute]! += value
  }
  const revocations = [...revokeBounds, null].map((atMost) => ({
    atMost,
    count: took.get(`${revokeSeries}${atMost ?? 'more'}`) ?? 0,
  }))
  return { from: new Date(from).toISOString(), minutes, series, revocations }
}
