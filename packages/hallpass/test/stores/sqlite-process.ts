/** Another process on the same file, for the tests beside it: `node sqlite-process.js <work> <file>`. */
import { runtimeSqlite } from '#src/stores/sqlite/engine.js'
import { sqlite } from '#src/stores/sqlite/sqlite.js'
import { sampleSession } from '#src/testing/store-contract/open-store.js'

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
