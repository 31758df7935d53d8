// An independent checker: asks instances over keep-alive connections of its own, and stamps when each check began.
import { connect } from 'node:net'
import { once } from 'node:events'
import { answerQuestions, stamp } from './processes.js'

/** @type {Connection[]} */
let connections = []
let run = null

/** One keep-alive connection to one instance, one request on its way at a time. */
class Connection {
  constructor(port, instance) {
    this.instance = instance
    this.socket = connect(port, '127.0.0.1')
    this.socket.setNoDelay(true)
    this.text = ''
    this.socket.on('data', (chunk) => this.#take(chunk.toString('latin1')))
    // An instance that was killed: whoever waits is told so.
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => this.#settle(0))
  }

  /** The status; 0 where the connection broke. */
  ask(cookie) {
    return new Promise((resolve) => {
      this.resolve = resolve
      if (this.socket.destroyed) return this.#settle(0)
      this.socket.write(`GET /me HTTP/1.1\r\nhost: app.example\r\ncookie: ${cookie}\r\n\r\n`)
    })
  }

  #take(text) {
    this.text += text
    const head = this.text.indexOf('\r\n\r\n')
    if (head === -1) return
    const length = /\r\ncontent-length: (\d+)/i.exec(this.text)
    if (length === null) throw new Error(`an answer without a length: ${this.text}`)
    if (this.text.length < head + 4 + Number(length[1])) return
    const status = Number(this.text.slice(9, 12))
    this.text = ''
    this.#settle(status)
  }

  #settle(status) {
    const resolve = this.resolve
    this.resolve = null
    resolve?.(status)
  }
}

answerQuestions({
  /** Opens `each` connections to each of the ports in place of those it had. */
  async connect(ports, each) {
    for (const { socket } of connections) socket.destroy()
    connections = ports.flatMap((port, instance) => Array.from({ length: each }, () => new Connection(port, instance)))
    await Promise.all(connections.map(({ socket }) => once(socket, 'connect')))
  },

  /**
   * Asks with the cookies by turns over the connections to those instances (all of them by default) until it is
   * finished; resolves when each connection has had `warm` answers of 200.
   */
  hammer(cookies, { instances = null, warm = 0, pause = 0 } = {}) {
    const used = connections.filter(({ instance }) => instances === null || instances.includes(instance))
    run = { goesOn: true, checks: [], wanted: Infinity, since: 0, counted: 0, enough: null, loops: [] }
    const warmed = used.map((connection) => {
      let resolveWarm
      const isWarm = new Promise((resolve) => (resolveWarm = resolve))
      if (warm === 0) resolveWarm()
      run.loops.push(loop(run, connection, cookies, { warm, pause, resolveWarm }))
      return isWarm
    })
    return Promise.all(warmed).then(() => null)
  },

  /** Goes on until so many checks that began after `since` were answered, and tells what all of them were. */
  async finish(since, wanted) {
    const current = run
    const { checks } = current
    current.since = since
    current.counted = checks.filter(({ began }) => began > since).length
    current.wanted = wanted
    if (current.counted < wanted) await new Promise((resolve) => (current.enough = resolve))
    current.goesOn = false
    await Promise.all(current.loops)
    return {
      before: byStatus(checks.filter(({ began }) => began <= since)),
      after: byStatus(checks.filter(({ began }) => began > since)),
    }
  },

  /** One check over each connection to those instances: for one that is stopped, and answers when it wakes. */
  async once(cookie, instances) {
    const used = connections.filter(({ instance }) => instances.includes(instance))
    return Promise.all(used.map(async (connection) => ({ began: stamp(), status: await connection.ask(cookie) })))
  },
})

async function loop(current, connection, cookies, { warm, pause, resolveWarm }) {
  let accepted = 0
  for (let turn = 0; current.goesOn; turn++) {
    const began = stamp()
    const status = await connection.ask(cookies[turn % cookies.length])
    current.checks.push({ began, status })
    if (status === 200 && ++accepted === warm) resolveWarm()
    if (began > current.since && ++current.counted >= current.wanted) current.enough?.()
    if (status === 0 || pause > 0) await new Promise((resolve) => setTimeout(resolve, Math.max(pause, 1)))
  }
}

function byStatus(checks) {
  const counts = {}
  for (const { status } of checks) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
