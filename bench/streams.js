// What open event streams cost the gateway: resident memory with none and with thousands, each for a session of its own.
import { createServer, get } from 'node:http'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve, signIn, signUp } from '../tools/fleet/served.js'
import { freePort } from '../tools/fleet/stores.js'
import { printTable, progress, round } from '../tools/fleet/table.js'

const count = Number(process.env.BENCH_STREAMS ?? 5000)
const sessions = Number(process.env.BENCH_SESSIONS ?? 500)

const backend = createServer((req, res) => {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.write('data: hello\n\n')
}).listen(0, '127.0.0.1')
await once(backend, 'listening')
const port = await freePort()
const gateway = await serve({
  port,
  env: { HALLPASS_STORE: 'memory:' },
  config: {
    gateway: { routes: [{ path: '/', upstream: `http://127.0.0.1:${backend.address().port}`, audience: 'events' }] },
  },
})

const cookies = [await signUp(gateway.origin, 'streams@example.com')]
while (cookies.length < sessions) cookies.push(await signIn(gateway.origin, 'streams@example.com'))
const before = resident()
const open = []
for (let index = 0; index < count; index++) {
  const req = get(`${gateway.origin}/events`, { agent: false, headers: { cookie: cookies[index % sessions] } })
  req.on('error', () => undefined)
  const [res] = await once(req, 'response')
  if (res.statusCode !== 200) throw new Error(`refused: ${res.statusCode}`)
  res.on('error', () => undefined).resume()
  open.push(res)
  if (index % 1000 === 999) progress(`${index + 1} of ${count} open`)
}
// What was only needed to open them is collected.
await sleep(10_000)
const after = resident()
printTable(`Resident memory of the gateway, ${sessions} sessions, node ${process.version}`, [
  { with: 'no stream', MB: round(before / 1e6, 1), 'KB a stream': 0 },
  {
    with: `${count.toLocaleString('en-US')} streams`,
    MB: round(after / 1e6, 1),
    'KB a stream': round((after - before) / count / 1e3, 1),
  },
])

const closed = Promise.all(open.map((res) => new Promise((resolve) => res.once('close', resolve))))
const began = performance.now()
const answer = await fetch(`${gateway.origin}/auth/sessions/revoke-all`, {
  method: 'POST',
  headers: { cookie: cookies[0], origin: gateway.origin, 'content-type': 'application/json' },
  body: JSON.stringify({ keepCurrent: false }),
})
if (!answer.ok) throw new Error(`not revoked: ${answer.status}`)
const answered = performance.now() - began
await closed
console.log(
  `\nevery session revoked: answered after ${round(answered, 1)} ms, all ${count} streams cut after ` +
    `${round(performance.now() - began, 1)} ms`,
)
await gateway.stop()
process.exit(0)

function resident() {
  const pages = Number(readFileSync(`/proc/${gateway.pid}/statm`, 'utf8').split(' ')[1])
  return pages * 4096
}
