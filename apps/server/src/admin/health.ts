import { readFileSync } from 'node:fs'
import { type Hallpass, HallpassError, type Store, type StoreWarning } from 'hallpass'
import { Hono } from 'hono'
import { within } from '../within.js'
import type { HealthAnswer } from './contract.js'
import type { AdminEnv } from './operator.js'

/** How long the store may take before it counts as away, milliseconds. */
const patience = 1000

export interface HealthParts {
  readonly auth: Pick<Hallpass, 'status' | 'figures'>
  readonly store: Pick<Store, 'engine' | 'check'>
  readonly warnings: readonly StoreWarning[]
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string
}

/** `GET /admin/health`: answers also where the store does not. */
export function healthRoutes({ auth, store, warnings, startedAt }: HealthParts): Hono<AdminEnv> {
  return new Hono<AdminEnv>().get('/', async (c) => {
    const [asked, signingKey] = await Promise.all([askStore(store), signingKeyOf(auth)])
    const { lease, cachedSessions, rememberedEntries, fromMemory, askedStore } = auth.figures()
    const answer: HealthAnswer = {
      version,
      startedAt: new Date(startedAt).toISOString(),
      store: { engine: store.engine, ...asked, warnings },
      signingKey,
      lease: { valid: lease.valid, lag: lease.lag },
      figures: { cachedSessions, rememberedEntries, fromMemory, askedStore },
    }
    return c.json(answer)
  })
}

async function askStore(store: Pick<Store, 'check'>): Promise<Pick<HealthAnswer['store'], 'answeredIn' | 'trouble'>> {
  const asked = performance.now()
  try {
    const answered = await within(patience, store.check())
    if (!answered) return { answeredIn: null, trouble: `no answer within ${patience} ms` }
    return { answeredIn: Math.round((performance.now() - asked) * 100) / 100, trouble: null }
  } catch (error) {
    return { answeredIn: null, trouble: troubleIn(error) }
  }
}

async function signingKeyOf(auth: Pick<Hallpass, 'status'>): Promise<string | null> {
  let signingKey: string | null = null
  const asked = auth.status().then((status) => (signingKey = status.signingKey))
  await within(patience, asked).catch(() => false)
  return signingKey
}

function troubleIn(error: unknown): string {
  if (error instanceof HallpassError) return error.reason ?? error.message
  return error instanceof Error ? error.message : String(error)
}
