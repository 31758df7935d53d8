// Must show 4: what a million warm authenticated requests ask of the store, counted between the instances and the store.
import { setTimeout as sleep } from 'node:timers/promises'
import { becomeMembers, signInMany, withFleet } from './fleet.js'
import { launch, stamp } from './processes.js'
import { countingProxy } from './proxy.js'
import { engines } from './stores.js'
import { printTable, progress, round, verdict } from './table.js'

const promise = 'warm requests ask the store for nothing; only renewals and batched touches do'

/** What an instance does to stay a member, whoever asks it; NOTIFY carries acknowledgements, and an echo a minute. */
const kinds = {
  renewals: /^(log-renew|renew)$|INSERT INTO hallpass_log_members/,
  acknowledgements: /^(log-acknowledge|acknowledge|notify)$|SET acknowledged/,
  touches: /^(touch|touch_sessions)$|SELECT record FROM hallpass_sessions WHERE id/,
  // SQLite calls nobody: an instance looks for what other processes committed.
  looks: /^PRAGMA data_version$|head_sequence AS head/,
}

/** @param {{ engines?: string[], strategies: string[], checks: number, seconds: number, overHttp: number }} plan */
export async function commands({ engines: chosen = engines, strategies, ...amounts }) {
  const rows = []
  const broken = []
  for (const engine of chosen) {
    for (const strategy of strategies) {
      progress(`commands: ${strategy} on ${engine}`)
      for (const { row, others, refused } of await countOn(engine, strategy, amounts)) {
        const name = `${strategy} on ${engine}, ${row.how}`
        rows.push({ store: engine, strategy, ...row })
        if (refused > 0) broken.push(`${name}: ${refused} warm requests were refused`)
        for (const [text, count] of others) broken.push(`${name}: ${count} × ${oneLine(text)}`)
      }
    }
  }
  printTable('Commands that reached the store from three instances, for so many warm authenticated requests', rows)
  return verdict('commands', promise, broken)
}

async function countOn(engine, strategy, { checks, seconds, overHttp }) {
  let proxy = null
  const reach = async (store) => {
    if (engine === 'sqlite') return store.where
    proxy = await countingProxy(engine, store.port)
    return { ...store.where, port: proxy.port }
  }
  try {
    return await withFleet(engine, { count: 3, strategy, reach, counts: true }, async ({ instances }) => {
      const sessions = (await signInMany(instances, 'warm', 300)).map(({ cookie }) => cookie)
      await becomeMembers(instances)
      for (let time = 0; time < 2; time++) await inProcess(instances, sessions, sessions.length * 3, 0)
      // What the warming up had noted is written behind within a second.
      await sleep(1500)
      const counted = () => (proxy === null ? heardBy(instances) : { ...proxy.counts })
      return [
        await measured('in process', counted, () => inProcess(instances, sessions, checks, seconds)),
        await measured('over HTTP', counted, () => throughHttp(instances, sessions, overHttp)),
      ]
    })
  } finally {
    proxy?.close()
  }
}

async function measured(how, counted, work) {
  const before = await counted()
  const { accepted, asked, took } = await work()
  const counts = difference(before, await counted())
  const kindOf = (text) => Object.keys(kinds).find((kind) => kinds[kind].test(text))
  const total = (some) => some.reduce((sum, [, count]) => sum + count, 0)
  const others = counts.filter(([text]) => kindOf(text) === undefined)
  const known = Object.keys(kinds).map((kind) => [kind, total(counts.filter(([text]) => kindOf(text) === kind))])
  const row = {
    how,
    requests: asked,
    seconds: round(took, 1),
    ...Object.fromEntries(known),
    others: total(others),
    'per million': Math.round((total(counts) / asked) * 1e6),
  }
  return { row, others, refused: asked - accepted }
}

/** Every instance checks its share in its own process: the code of a request without the HTTP around it. */
async function inProcess(instances, cookies, checks, seconds) {
  const share = Math.ceil(checks / instances.length)
  const answers = await Promise.all(instances.map((instance) => instance.ask('check', cookies, share, seconds)))
  return {
    asked: share * instances.length,
    accepted: answers.reduce((total, { accepted }) => total + accepted, 0),
    took: Math.max(...answers.map(({ seconds }) => seconds)),
  }
}

async function throughHttp(instances, cookies, requests) {
  const checker = await launch('./checker.js', {})
  const ports = instances.map(({ ready }) => ready.port)
  await checker.ask('connect', ports, 8)
  const began = stamp()
  await checker.ask('hammer', cookies, {})
  const { after } = await checker.ask('finish', began, requests)
  await checker.end()
  const asked = Object.values(after).reduce((total, count) => total + count, 0)
  return { asked, accepted: after[200] ?? 0, took: (stamp() - began) / 1e9 }
}

async function heardBy(instances) {
  const counts = {}
  for (const heard of await Promise.all(instances.map((instance) => instance.ask('statements')))) {
    for (const [text, count] of Object.entries(heard)) counts[text] = (counts[text] ?? 0) + count
  }
  return counts
}

function difference(before, after) {
  return Object.entries(after)
    .map(([name, count]) => [name, count - (before[name] ?? 0)])
    .filter(([, count]) => count > 0)
}

function oneLine(text) {
  return text.replace(/\s+/g, ' ').trim().slice(0, 80)
}
