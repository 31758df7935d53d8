import type { EventType, Figures, Hallpass, Receipt } from 'hallpass'
import type { LogFeedHandler } from 'hallpass/fetch'
import type { Handler } from 'hono'
import type { Gateway } from '../gateway/gateway.js'
import { within } from '../within.js'
import { eventTypes } from './event-log.js'
import { createHistogram, exposition, expositionType, type Family, type Sample } from './exposition.js'

export interface Metrics {
  /** The text of the page, at this moment. */
  page(): Promise<string>
}

/** Seconds: from what a revocation takes on one machine to what an instance that is gone costs. */
const revokeBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** How long the store may take to name the members. A page without them is better than none. Milliseconds. */
const patience = 1000

type Watched = Pick<Hallpass, 'on' | 'figures' | 'members'>

/** Counts from now on what happens in this process. */
export function createMetrics(
  auth: Watched,
  feed: Pick<LogFeedHandler, 'figures'> | null = null,
  gateway: Pick<Gateway, 'figures'> | null = null,
): Metrics {
  const events = new Map<EventType, number>(eventTypes.map((type) => [type, 0]))
  for (const type of eventTypes) auth.on(type, () => void events.set(type, (events.get(type) ?? 0) + 1))
  const revocations = countRevocations(auth)
  return {
    async page() {
      const [members, lag] = await Promise.all([membersOf(auth), eventLoopLag()])
      const families = [
        ...ofTheLog(auth.figures(), members),
        ...ofTheFeed(auth.figures(), feed),
        ...ofTheGateway(gateway),
        ...revocations(),
        counter('hallpass_events_total', 'Events since the start, by type.', labelled('type', events)),
        ...ofTheProcess(lag),
      ]
      return exposition(families)
    },
  }
}

/** Answers with the page of metrics. */
export function metricsPage(metrics: Metrics): Handler {
  return async (c) => c.body(await metrics.page(), 200, { 'content-type': expositionType })
}

function countRevocations(auth: Watched): () => Family[] {
  const ended = new Map<Receipt['ended'], number>(
    (['session', 'subject', 'everything', 'token', 'key'] as const).map((what) => [what, 0]),
  )
  const took = createHistogram(revokeBounds)
  let waitedOut = 0
  auth.on('revoked', (receipt) => {
    ended.set(receipt.ended, (ended.get(receipt.ended) ?? 0) + 1)
    took.observe(receipt.tookMilliseconds / 1000)
    if (receipt.waitedOut.length > 0) waitedOut += 1
  })
  return () => [
    {
      name: 'hallpass_revoke_seconds',
      help: 'How long revocations took until every instance knew.',
      type: 'histogram',
      samples: took.samples,
    },
    counter(
      'hallpass_revoked_total',
      'Revocations in force on every instance, by what ended.',
      labelled('ended', ended),
    ),
    counter('hallpass_revocations_waited_out_total', 'Revocations that waited out the lease of an instance.', [
      { value: waitedOut },
    ]),
  ]
}

function ofTheLog({ lease, fromMemory, askedStore, ...figures }: Figures, members: number | null): Family[] {
  const asked = Object.entries(askedStore).map(([because, value]) => ({
    labels: { answered_by: 'store', because },
    value,
  }))
  const checks = [{ labels: { answered_by: 'memory' }, value: fromMemory }, ...asked]
  return [
    gauge('hallpass_lease_valid', 'Whether this instance may answer from memory.', lease.valid ? 1 : 0),
    gauge(
      'hallpass_lease_lag_seconds',
      'Since the store last told this instance everything.',
      lease.lag === null ? null : lease.lag / 1000,
    ),
    gauge(
      'hallpass_log_sequence',
      'The last entry of the revocation log that this instance has applied.',
      lease.sequence,
    ),
    gauge('hallpass_members', 'Instances that the revocation log knows of.', members),
    counter('hallpass_checks_total', 'Checks of credentials, by where the answer came from, and why.', checks),
    gauge('hallpass_cached_sessions', 'Sessions remembered under the lease.', figures.cachedSessions),
    gauge(
      'hallpass_remembered_entries',
      'Entries of the revocation log that are remembered.',
      figures.rememberedEntries,
    ),
    gauge(
      'hallpass_watched',
      'Requests and connections that are to be told when their session is over.',
      figures.watched,
    ),
  ]
}

/** Nothing where no log is served. */
function ofTheFeed({ below }: Figures, feed: Pick<LogFeedHandler, 'figures'> | null): Family[] {
  if (feed === null) return []
  const { readers, entries } = feed.figures()
  return [
    gauge('hallpass_remote_verifiers', 'Remote verifiers that hold a lease of this instance.', below),
    gauge('hallpass_log_streams', 'Streams of the revocation log that are open.', readers),
    counter('hallpass_log_streamed_entries_total', 'Entries sent to remote verifiers, counted for each.', [
      { value: entries },
    ]),
  ]
}

/** Nothing where there are no routes. */
function ofTheGateway(gateway: Pick<Gateway, 'figures'> | null): Family[] {
  if (gateway === null) return []
  const { open, ended } = gateway.figures()
  return [
    {
      name: 'hallpass_gateway_open',
      help: 'What is on its way through the gateway, by kind.',
      type: 'gauge',
      samples: labelled('kind', open),
    },
    counter(
      'hallpass_gateway_ended_total',
      'What came through the gateway, by how it ended.',
      labelled('outcome', ended),
    ),
  ]
}

/** Under the names that Prometheus clients have for them. */
function ofTheProcess(eventLoopLag: number): Family[] {
  const { rss, heapTotal, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const startedAt = (performance.timeOrigin / 1000).toFixed(3)
  return [
    counter('process_cpu_seconds_total', 'CPU time of the process.', [{ value: (user + system) / 1e6 }]),
    gauge('process_start_time_seconds', 'When the process started, since 1970.', Number(startedAt)),
    gauge('process_resident_memory_bytes', 'Resident memory.', rss),
    gauge('nodejs_heap_size_total_bytes', 'The heap of JavaScript.', heapTotal),
    gauge('nodejs_heap_size_used_bytes', 'What of the heap is in use.', heapUsed),
    gauge('nodejs_eventloop_lag_seconds', 'How long the event loop kept one call waiting just now.', eventLoopLag),
  ]
}

/** Null where the store does not tell. */
async function membersOf(auth: Watched): Promise<number | null> {
  let count: number | null = null
  const asked = auth.members().then((members) => (count = members.length))
  await within(patience, asked).catch(() => false)
  return count
}

function eventLoopLag(): Promise<number> {
  const asked = performance.now()
  return new Promise((resolve) => void setImmediate(() => resolve((performance.now() - asked) / 1000)))
}

function gauge(name: string, help: string, value: number | null): Family {
  return { name, help, type: 'gauge', samples: value === null ? [] : [{ value }] }
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: 'counter', samples }
}

function labelled(name: string, values: ReadonlyMap<string, number>): Sample[] {
  return [...values].map(([label, value]) => ({ labels: { [name]: label }, value }))
}
