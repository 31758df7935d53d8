// Must show 1: keys rotate, roots roll and a key is revoked while five instances and their verifiers are at work.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { launch, stamp } from './processes.js'
import { startStore } from './stores.js'
import { printTable, progress, quantile, round, verdict } from './table.js'

const audience = 'https://orders.example'
const issuer = 'http://localhost:3000'
/** Seconds: what verifiers may keep the keys for, and how long tokens live, so that ten rotations take a minute. */
const [cacheFor, lifetime] = [2, 8]

/** @param {{ engines: string[], rotations: number }} plan */
export async function keys({ engines, rotations }) {
  const broken = []
  for (const engine of engines) {
    progress(`keys: ${engine}`)
    const store = await startStore(engine)
    const fleet = new Fleet(store.where, (line) => broken.push(`${engine}: ${line}`))
    try {
      await fleet.open()
      await rotate(fleet, engine, rotations)
      await rollRoots(fleet, engine)
      await revokeActive(fleet, engine)
    } finally {
      await fleet.end()
      await store.stop()
    }
  }
  return verdict('keys', 'no verification fails while keys rotate, and none succeeds after a key was revoked', broken)
}

/** Five instances, three verifiers with the log and two without, and a load that goes on until it is stopped. */
class Fleet {
  instances = []
  verifiers = []
  checked = 0
  stopped = false
  roots = [newRoot()]
  #tokens = []
  /** The `Cookie` that each of some browsers sends to the refresh endpoint. */
  #browsers = []
  #resting = new Set()

  constructor(where, fail) {
    this.fail = fail
    this.settings = { where, issuer, audience, logKey: newRoot(), cacheFor, lifetime }
  }

  async open() {
    // The first alone: it brings the store into being.
    this.instances.push(await this.#start())
    await this.#mint(0)
    this.instances.push(...(await Promise.all([1, 2, 3, 4].map(() => this.#start()))))
    const { logKey } = this.settings
    this.verifiers = await Promise.all(
      this.instances.map((instance, at) =>
        launch('./key-verifier.js', {
          ...this.settings,
          address: addressOf(instance),
          name: `verifier-${at}`,
          logKey: at < 3 ? logKey : undefined,
        }),
      ),
    )
    this.load = this.#work()
  }

  /** Restarts an instance with these root secrets on its own port; nothing is asked of it meanwhile. */
  async restart(at, roots) {
    this.#resting.add(at)
    await sleep(100)
    const { port } = this.instances[at].ready
    await this.instances[at].ask('close')
    await this.instances[at].end()
    this.roots = roots
    this.instances[at] = await this.#start(port)
    this.#resting.delete(at)
  }

  /** Every token that was minted lately, with the key it names. */
  get tokens() {
    return this.#tokens
  }

  async stop() {
    this.stopped = true
    await this.load
  }

  async end() {
    this.stopped = true
    await Promise.all([...this.verifiers, ...this.instances].map((process) => process.end()))
  }

  #start(port) {
    return launch('./key-instance.js', { ...this.settings, secret: this.roots, port })
  }

  async #mint(at) {
    const mintedAt = stamp()
    const minted = await ask(this.instances[at], '/mint')
    this.#tokens.push({ ...minted, mintedAt })
    if (this.#browsers.length < 20) this.#browsers.push(minted.refresh)
  }

  /** A session that goes on: its chain secret is sealed under a root, whichever instance opens it. */
  async #refresh(turn, at) {
    const which = turn % this.#browsers.length
    const response = await fetch(`${addressOf(this.instances[at])}/auth/refresh`, {
      method: 'POST',
      headers: { cookie: this.#browsers[which], origin: issuer, 'sec-fetch-site': 'same-origin' },
    })
    const line = response.headers.getSetCookie().find((cookie) => cookie.includes('-refresh='))
    if (response.status !== 200) return `refresh: ${response.status} ${await response.text()}`
    if (line !== undefined) this.#browsers[which] = line.split(';', 1)[0]
    return null
  }

  /** Mints at one instance and has it checked everywhere, new tokens and those that are about to expire. */
  async #work() {
    for (let turn = 0; !this.stopped; turn++) {
      const awake = this.instances.map((_, at) => at).filter((at) => !this.#resting.has(at))
      await this.#mint(awake[turn % awake.length])
      // A token that expires while it is under way is no failure: those that have half a second left are checked.
      const oldest = stamp() - (lifetime - 1.5) * 1e9
      this.#tokens = this.#tokens.filter(({ mintedAt }) => mintedAt > oldest)
      const tokens = [...this.#tokens.slice(0, 5), ...this.#tokens.slice(-5)]
      const service = tokens.map((token) => token.service)
      const access = tokens.map((token) => token.access)
      const verified = this.verifiers
        .filter((_, at) => !this.#resting.has(at))
        .map(async (verifier) => (await verifier.ask('check', service)).answers)
      const answered = awake.map((at) => ask(this.instances[at], '/check', access))
      const refreshed = this.#refresh(turn, awake[(turn + 1) % awake.length])
      const answers = (await Promise.all([...verified, ...answered, refreshed])).flat()
      this.checked += answers.length
      for (const refusal of answers.filter((answer) => answer !== null)) this.fail(`refused: ${refusal}`)
    }
  }
}

async function rotate(fleet, engine, rotations) {
  const took = []
  for (let rotation = 0; rotation < rotations; rotation++) {
    const { safeFrom } = await fleet.instances[0].ask('rehearse')
    await sleep(Math.max(0, safeFrom - Date.now()) + 100)
    const { milliseconds } = await fleet.instances[rotation % 5].ask('rotate')
    took.push(milliseconds)
    progress(`rotation ${rotation + 1} of ${rotations}, ${fleet.checked} checks`)
  }
  await sleep(lifetime * 1000)
  const requests = {}
  for (const instance of fleet.instances) {
    for (const [asker, count] of Object.entries(await instance.ask('jwksRequests'))) {
      requests[asker] = (requests[asker] ?? 0) + count
    }
  }
  printTable(
    `${engine}: when each state began, seconds from the first`,
    states(await Promise.all(fleet.instances.map((instance) => instance.ask('changes')))),
  )
  printTable(`${engine}: ${rotations} rotations`, [
    {
      checks: fleet.checked,
      'rotate p50 ms': round(quantile(took, 0.5)),
      'longest ms': round(Math.max(...took)),
      'JWK Set requests by verifier': fleet.verifiers.map((_, at) => requests[`verifier-${at}`] ?? 0).join(' '),
    },
  ])
}

/** [old], [old, new], [new, old], [new]: each instance in turn, under load. */
async function rollRoots(fleet, engine) {
  const [old, fresh] = [fleet.roots, newRoot()]
  const before = fleet.checked
  for (const roots of [[...old, fresh], [fresh, ...old], [fresh]]) {
    for (let at = 0; at < fleet.instances.length; at++) await fleet.restart(at, roots)
    await sleep(3000)
  }
  progress(`${engine}: the root rolled, ${fleet.checked - before} checks`)
}

async function revokeActive(fleet, engine) {
  const { tokens } = fleet
  await fleet.stop()
  const active = (await fleet.instances[0].ask('list')).find(({ state }) => state === 'active')
  const under = tokens.filter(({ service }) => kidOf(service) === active.kid)
  const service = under.map((token) => token.service)
  const access = under.map((token) => token.access)
  const before = await fleet.verifiers[0].ask('check', service)
  if (before.answers.every((answer) => answer !== null)) fleet.fail('no token was accepted before the key was revoked')
  const { milliseconds, answer } = await fleet.instances[1].ask('revokeKey', active.kid)
  const verified = await Promise.all(fleet.verifiers.slice(0, 3).map((verifier) => verifier.ask('check', service)))
  const answered = await Promise.all(fleet.instances.map((instance) => ask(instance, '/check', access)))
  const after = [...verified.flatMap(({ answers }) => answers), ...answered.flat()]
  const accepted = after.filter((one) => one === null).length
  if (accepted > 0) fleet.fail(`${accepted} tokens were accepted after their key was revoked`)
  printTable(`${engine}: the active key revoked`, [
    {
      'revoke ms': round(milliseconds),
      acknowledged: answer.acknowledged.length,
      'tokens under it': under.length,
      'checks after': after.length,
      'accepted after': accepted,
    },
  ])
}

/** A row for each key: when it came into each state, as the instance that brought it there told. */
function states(changes) {
  const all = changes.flat().sort((one, other) => one.at - other.at)
  const rows = new Map()
  for (const { keys } of all) {
    for (const { kid, state, since } of keys) {
      const row = rows.get(kid) ?? { kid: kid.slice(0, 8), next: '', active: '', retiring: '', retired: '' }
      row[state] = ((since - all[0].at) / 1000).toFixed(1)
      rows.set(kid, row)
    }
  }
  return [...rows.values()]
}

async function ask(instance, path, body) {
  const response = await fetch(
    `${addressOf(instance)}${path}`,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
  )
  return response.json()
}

function addressOf({ ready }) {
  return `http://127.0.0.1:${ready.port}`
}

function kidOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString()).kid
}

function newRoot() {
  return randomBytes(48).toString('base64')
}
