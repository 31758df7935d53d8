// The floor of a revocation: plain processes with the same client library, that publish and acknowledge, and nothing else.
import { answerQuestions, settingsOfThisProcess, stamp } from './processes.js'
import { postgresClient, redisClient } from './stores.js'

const { where, publishes } = settingsOfThisProcess()
const lines = { redis: redisLine, postgres: postgresLine }
const line = await lines[where.engine](where.port)

const waiting = new Map()
await line.listen('floor', (text) => line.say('floor_heard', text))
if (publishes) {
  await line.listen('floor_heard', (text) => {
    const wait = waiting.get(text)
    if (wait !== undefined && --wait.left === 0) wait.resolve()
  })
}

let last = 0
answerQuestions({
  /** Publishes, and resolves when so many members, this one among them, have acknowledged. Milliseconds. */
  async publish(members) {
    const text = String(++last)
    const began = stamp()
    const all = new Promise((resolve) => waiting.set(text, { left: members, resolve }))
    await line.say('floor', text)
    await all
    waiting.delete(text)
    return (stamp() - began) / 1e6
  },
  /** One question to the store and its answer. Milliseconds. */
  async roundTrip() {
    const began = stamp()
    await line.ping()
    return (stamp() - began) / 1e6
  },
  /** One write, on disk as far as the store promises it. Milliseconds. */
  async write() {
    const began = stamp()
    await line.write()
    return (stamp() - began) / 1e6
  },
})

async function redisLine(port) {
  const [asks, hears] = await Promise.all([redisClient(port), redisClient(port)])
  return {
    say: (channel, text) => asks.publish(channel, text),
    listen: (channel, heard) => hears.subscribe(channel, heard),
    ping: () => asks.sendCommand(['GET', 'floor']),
    write: () => asks.sendCommand(['SET', 'floor', '1']),
  }
}

async function postgresLine(port) {
  const pool = postgresClient(port, 3)
  const hears = await pool.connect()
  const heardOn = {}
  hears.on('notification', ({ channel, payload }) => heardOn[channel](payload))
  if (publishes) await pool.query('CREATE TABLE floor (one boolean PRIMARY KEY, written int)')
  if (publishes) await pool.query('INSERT INTO floor VALUES (true, 0)')
  const prepared =
    (name, text) =>
    (...values) =>
      pool.query({ name, text, values })
  return {
    // As the library says it: a hint waits for no disk.
    say: prepared('say', "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)::text"),
    async listen(channel, heard) {
      heardOn[channel] = heard
      await hears.query(`LISTEN ${channel}`)
    },
    ping: prepared('ping', 'SELECT 1'),
    write: prepared('write', 'UPDATE floor SET written = written + 1'),
  }
}
