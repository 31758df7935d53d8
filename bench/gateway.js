// What the gateway costs: requests a second and latency through it, beside nginx alone, nginx that asks us, and a bare
// httpxy proxy; contenders in turn, medians of slices. Load and backend run on one core, the contender on the other.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serve, signUp } from '../tools/fleet/served.js'
import { freePort } from '../tools/fleet/stores.js'
import { atTheEnd } from '../tools/fleet/cleanup.js'
import { printTable, progress, quantile, round } from '../tools/fleet/table.js'

const seconds = Number(process.env.BENCH_SLICE ?? 3)
const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const connections = 50
const key = 'n3Vq8ZpTfYw2Lr6KxHd1Bc9MgUe5JaSo7QiWt0Rb'
const loadCore = ['taskset', '-c', '0']
const contenderCore = ['taskset', '-c', '1']

const folder = mkdtempSync(join(tmpdir(), 'hallpass-bench-'))
atTheEnd(() => rmSync(folder, { recursive: true, force: true }))
const ports = {}
for (const name of ['backend', 'gateway', 'checking', 'alone', 'asking', 'httpxy']) ports[name] = await freePort()

await nginx(
  'backend',
  loadCore,
  `server { listen 127.0.0.1:${ports.backend}; location / { return 200 '{"ok":true}'; } }`,
)
await nginx('proxies', contenderCore, proxies())
await httpxy()
// One process for each part that it plays, as a deployment would have it.
const [gateway, checking] = await Promise.all([hallpass('gateway'), hallpass('checking')])
const cookies = {
  gateway: await signUp(gateway.origin, 'bench@example.com'),
  checking: await signUp(checking.origin, 'bench@example.com'),
}

const contenders = [
  { name: 'nginx, proxy_pass alone', port: ports.alone, cookie: cookies.gateway },
  { name: 'bare httpxy', port: ports.httpxy, cookie: cookies.gateway },
  { name: 'Hallpass, the gateway', port: ports.gateway, cookie: cookies.gateway, guards: true },
  { name: 'nginx, auth_request to Hallpass', port: ports.asking, cookie: cookies.checking, guards: true },
]
for (const contender of contenders) await answersRightly(contender)

const figures = new Map(contenders.map(({ name }) => [name, { rate: [], p50: [], p99: [] }]))
for (let slice = 0; slice <= rounds; slice++) {
  for (const { name, port, cookie } of contenders) {
    const { requests, latencies } = await load(port, cookie)
    // The first round warms the compiler up.
    if (slice === 0) continue
    const of = figures.get(name)
    of.rate.push(requests)
    of.p50.push(latencies.p50)
    of.p99.push(latencies.p99)
  }
  progress(`round ${slice} of ${rounds}`)
}
await Promise.all([gateway.stop(), checking.stop()])

const first = median(figures.get(contenders[0].name).rate)
printTable(
  `GET with a session cookie, ${connections} connections, medians of ${rounds} slices of ${seconds} s, node ${process.version}`,
  [...figures].map(([name, { rate, p50, p99 }]) => ({
    through: name,
    'requests/s': Math.round(median(rate)),
    'of nginx': round(median(rate) / first),
    'min–max': `${Math.round(Math.min(...rate))}–${Math.round(Math.max(...rate))}`,
    'p50 ms': median(p50),
    'p99 ms': median(p99),
  })),
)
process.exit(0)

/** Nothing is timed before right and wrong credentials were answered rightly. */
async function answersRightly({ name, port, cookie, guards = false }) {
  const ask = async (headers) => (await fetch(`http://localhost:${port}/`, { headers })).status
  if ((await ask({ cookie })) !== 200) throw new Error(`${name} refuses a right credential`)
  if (guards && (await ask({})) !== 401) throw new Error(`${name} lets strangers in`)
}

async function load(port, cookie) {
  const child = spawn(
    loadCore[0],
    [...loadCore.slice(1), process.execPath, fileURLToPath(import.meta.resolve('autocannon')), '--json'].concat(
      ['-c', connections, '-d', seconds, '-H', `cookie=${cookie}`, `http://localhost:${port}/`].map(String),
    ),
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  let text = ''
  for await (const chunk of child.stdout) text += chunk
  const { requests, latency, non2xx } = JSON.parse(text)
  if (non2xx > 0) throw new Error(`${non2xx} answers of port ${port} were no success`)
  return { requests: requests.average, latencies: latency }
}

function hallpass(part) {
  return serve({
    port: ports[part],
    env: { HALLPASS_STORE: 'memory:', HALLPASS_FORWARD_AUTH_KEY: key },
    config: { gateway: { routes: [{ path: '/', upstream: at('backend'), audience: 'backend' }] } },
    before: contenderCore,
  })
}

function proxies() {
  return `
    upstream backend { server 127.0.0.1:${ports.backend}; keepalive 64; }
    upstream hallpass { server 127.0.0.1:${ports.checking}; keepalive 64; }
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    server { listen 127.0.0.1:${ports.alone}; location / { proxy_pass http://backend; } }
    server {
      listen 127.0.0.1:${ports.asking};
      location / {
        auth_request /_check;
        auth_request_set $token $upstream_http_authorization;
        proxy_set_header Authorization $token;
        proxy_set_header Connection "";
        proxy_pass http://backend;
      }
      location = /_check {
        internal;
        proxy_pass http://hallpass/auth/check;
        proxy_pass_request_body off;
        proxy_set_header Content-Length "";
        proxy_set_header Connection "";
        proxy_set_header Host localhost:${ports.checking};
        proxy_set_header X-Original-Method $request_method;
        proxy_set_header X-Original-URI $request_uri;
        proxy_set_header X-Original-Host localhost:${ports.checking};
        proxy_set_header Hallpass-Forward-Auth-Key ${key};
      }
    }`
}

async function nginx(name, core, http) {
  const prefix = mkdtempSync(join(folder, `${name}-`))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const paths = temporary.map((kind) => `${kind}_temp_path ${prefix}/${kind};`).join(' ')
  const file = join(prefix, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off; pid ${prefix}/pid; error_log /dev/null crit; worker_processes 1;
    events { worker_connections 4096; } http { access_log off; keepalive_requests 1000000; ${paths} ${http} }`,
  )
  const child = spawn(core[0], [...core.slice(1), '/usr/sbin/nginx', '-p', prefix, '-c', file], { stdio: 'ignore' })
  // its worker goes with it, which a signal that cannot be caught would leave behind
  atTheEnd(() => child.kill('SIGTERM'))
  await new Promise((resolve) => setTimeout(resolve, 300))
}

async function httpxy() {
  const program = `
    import { Agent, createServer } from 'node:http'
    import { createProxyServer } from 'httpxy'
    const agent = new Agent({ keepAlive: true })
    const proxy = createProxyServer({ target: '${at('backend')}', agent })
    createServer((req, res) => void proxy.web(req, res)).listen(${ports.httpxy}, () => console.log('ready'))`
  const args = ['--input-type=module', '--eval', program]
  const cwd = fileURLToPath(new URL('../apps/server', import.meta.url))
  const child = spawn(contenderCore[0], [...contenderCore.slice(1), process.execPath, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  atTheEnd(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
}

function at(name) {
  return `http://127.0.0.1:${ports[name]}`
}

function median(list) {
  return quantile(list, 0.5)
}
