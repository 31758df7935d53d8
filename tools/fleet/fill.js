// Many sessions of one subject, copied from one that was signed in: what matters of them is that they are there.
import { setTimeout as sleep } from 'node:timers/promises'
import { runtimeSqlite } from '../../packages/hallpass/dist/stores/sqlite/engine.js'

/**
 * @returns {{ fill: (template: string, count: number) => Promise<void>, settle: () => Promise<unknown> }} `fill` adds live copies of the session `template`, each with an id of its own; `settle` has the store put away what filling left to do
 */
export function fillerOf({ engine, file }, store, client) {
  const fillers = {
    redis: {
      fill: (template, count) => fillByPort(store, template, count),
      settle: () => rewritten(client),
    },
    postgres: {
      fill: (template, count) => fillPostgres(client, template, count),
      settle: () => client.query('VACUUM ANALYZE hallpass.sessions').then(() => client.query('CHECKPOINT')),
    },
    sqlite: {
      fill: async (template, count) => withDatabase(file, (database) => fillSqlite(database, template, count)),
      settle: async () => withDatabase(file, (database) => database.exec('PRAGMA wal_checkpoint(TRUNCATE)')),
    },
  }
  return fillers[engine]
}

/** The shard, a part of the template's id, a number, and the last character, which carries unused bits. */
const numbered = (id, number) => `${id.slice(0, 13)}${String(number).padStart(10, '0')}${id.slice(-1)}`

async function fillByPort(store, template, count) {
  const { record } = await store.sessions.find(template)
  const together = 500
  for (let from = 0; from < count; from += together) {
    const numbers = Array.from({ length: Math.min(together, count - from) }, (_, at) => from + at)
    const copies = numbers.map((number) => ({ ...record, id: numbered(template, number), version: 0 }))
    const answers = await Promise.all(copies.map((copy) => store.sessions.insert(copy)))
    const failed = answers.find((answer) => answer !== 'inserted')
    if (failed !== undefined) throw new Error(`a copy was not inserted: ${failed}`)
  }
}

async function fillPostgres(client, template, count) {
  const id = "substr(id, 1, 13) || lpad(number::text, 10, '0') || right(id, 1)"
  const columns = `subject, version, subject_version, deployment_version, generation, confirmed_generation, created_at,
    last_seen_at, idle_expires_at, absolute_expires_at, ended`
  await client.query(
    `INSERT INTO hallpass.sessions (id, ${columns}, record)
     SELECT ${id}, ${columns}, replace(record, id, ${id})
     FROM hallpass.sessions, generate_series(0, $2::int - 1) AS number WHERE id = $1`,
    [template, count],
  )
}

/** Redis rewrites its file whenever that has doubled: until no more of that goes on. */
async function rewritten(client) {
  while (/aof_rewrite_(in_progress|scheduled):1/.test(await client.sendCommand(['INFO', 'persistence']))) {
    await sleep(100)
  }
}

function fillSqlite(database, template, count) {
  const id = "substr(id, 1, 13) || printf('%010d', number) || substr(id, -1)"
  const columns = 'subject, version, subject_version, deployment_version, created_at, absolute_expires_at, ended'
  database
    .prepare(
      `WITH RECURSIVE numbers (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM numbers WHERE number < ? - 1)
       INSERT INTO hallpass_sessions (id, ${columns}, record)
       SELECT ${id}, ${columns}, replace(record, id, ${id}) FROM hallpass_sessions, numbers WHERE id = ?`,
    )
    .run(count, template)
}

function withDatabase(file, work) {
  const database = runtimeSqlite()(file)
  try {
    database.exec('PRAGMA busy_timeout = 60000')
    work(database)
  } finally {
    database.close()
  }
}
