/** Another process on the same file, for the tests beside it: `node sqlite-process.js <work> <file>`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { brokenLink, endOf } from '#src/core/log.js'
import { runtimeSqlite } from '#src/stores/sqlite/engine.js'
import { sqlite } from '#src/stores/sqlite/sqlite.js'
import { sampleSession } from '#src/testing/store-contract/open-store.js'
import { renewed, sampleEntry, sampleMember, terms } from '#src/testing/store-contract/sample-log.js'

const [work, file] = process.argv.slice(2) as [string, string]
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const works: Record<string, () => Promise<void>> = {
  /** Holds the write lock until it is killed. */
  async hold() {
    const database = runtimeSqlite()(file)
    database.exec('BEGIN EXCLUSIVE')
    say('holding')
    // a handle that nothing refers to is closed by the garbage collector
    setInterval(() => database, 1000)
  },
  /** Opens the store when told to, and says whether it worked. */
  async open() {
    say('ready')
    await new Promise((resolve) => process.stdin.once('data', resolve))
    await sqlite(file).check()
    say('opened')
    process.exit()
  },
  /** Tries 200 times to raise the generation of the one session of u_1; says how often it was the one. */
  async contend() {
    const { sessions } = sqlite(file, { busyTimeout: 20_000 })
    let won = 0
    for (let attempt = 0; attempt < 200; attempt++) {
      const [record] = await sessions.listBySubject('u_1')
      if ((await sessions.replace({ ...record!, generation: record!.generation + 1 })) === 'replaced') won++
    }
    say(String(won))
  },
  /** Listens to the log and has nothing else to do. */
  async listen() {
    const store = sqlite(file)
    await store.check()
    store.log.subscribe(() => undefined)
    say('listening')
  },
  /**
   * Joins the log and appends 50 entries, every other one with a session of its own; reads on after each, until it
   * has 150, and acknowledges them. Says whether it read each of its own, and what broke the order, if anything did.
   */
  async append() {
    const { sessions, log } = sqlite(file, { busyTimeout: 20_000 })
    const member = sampleMember({ incarnation: `process ${process.pid}` })
    const own = Array.from({ length: 50 }, (_, number) => sampleEntry({ id: `${process.pid} ${number}` }))
    const record = sampleSession({ id: `session ${process.pid}` })
    await sessions.insert(record)
    let { start: position } = await log.renew(member, terms, null)
    let broken: string | null = null
    const read = new Set<string>()
    for (let turn = 0; turn < own.length || position.sequence < 150; turn++) {
      const entry = own[turn]
      if (turn % 2 === 0 && entry !== undefined) await log.append(entry)
      else if (entry !== undefined) await sessions.replace({ ...record, version: (turn + 1) / 2 }, entry)
      const { held, entries } = await log.renew(renewed(member, { renewal: 2 + turn }), terms, position)
      broken ??= held ? brokenLink(position, entries) : 'the position is not held'
      for (const { id } of entries) read.add(id)
      position = endOf(position, entries)
      await log.acknowledge(member.incarnation, position)
      await sleep(1)
    }
    say(JSON.stringify({ readItsOwn: own.every(({ id }) => read.has(id)), read: read.size, broken }))
  },
  /** Inserts and replaces sessions for ever, and says the id of each once it has been acknowledged. */
  async write() {
    const { sessions } = sqlite(file)
    for (;;) {
      const record = sampleSession({ id: `${process.pid}-${Math.random()}` })
      await sessions.insert(record)
      await sessions.replace({ ...record, generation: 1 })
      say(record.id)
    }
  },
}

await works[work]!()
