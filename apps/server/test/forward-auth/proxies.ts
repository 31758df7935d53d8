import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../until.js'

export interface Ports {
  readonly proxy: number
  readonly hallpass: number
  readonly backend: number
}

/** A real proxy, set up by the files of its example with other ports. */
export interface ProxyProgram {
  readonly name: 'nginx' | 'caddy'
  /** `left`: a line of its configuration to leave out. */
  start(t: TestContext, ports: Ports, key: string, left?: string): Promise<void>
}

export const examples = fileURLToPath(new URL('../../../../examples', import.meta.url))

/** Debian keeps servers where not everybody's PATH leads. */
export const PATH = [process.env['PATH'], '/usr/sbin'].join(delimiter)

export const nginx: ProxyProgram = {
  name: 'nginx',
  async start(t, ports, key, left) {
    const folder = copyOf(t, 'nginx', left)
    const file = withPorts(join(folder, 'nginx.conf'), ports)
    writeFileSync(join(folder, 'forward-auth-key.conf'), `proxy_set_header Hallpass-Forward-Auth-Key "${key}";\n`)
    const prefix = join(folder, 'run')
    mkdirSync(prefix)
    const args = ['-p', prefix, '-c', file]
    const tested = spawnSync('nginx', ['-t', ...args], { env: { PATH }, encoding: 'utf8' })
    assert.match(tested.stderr, /test is successful/)
    assert.doesNotMatch(tested.stderr, /\[warn\]/)
    await running(t, spawn('nginx', args, { env: { PATH }, stdio: ['ignore', 'ignore', 'pipe'] }), ports.proxy)
  },
}

export const caddy: ProxyProgram = {
  name: 'caddy',
  async start(t, ports, key, left) {
    const folder = copyOf(t, 'caddy', left)
    const file = withPorts(join(folder, 'Caddyfile'), ports)
    const env = { PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, HALLPASS_FORWARD_AUTH_KEY: key }
    const config = ['--config', file, '--adapter', 'caddyfile']
    const validated = spawnSync('caddy', ['validate', ...config], { env, encoding: 'utf8' })
    assert.equal(validated.status, 0, validated.stderr)
    assert.doesNotMatch(validated.stderr, /not formatted/)
    await running(t, spawn('caddy', ['run', ...config], { env, stdio: ['ignore', 'ignore', 'pipe'] }), ports.proxy)
  },
}

/** The workers of nginx run as nobody, who must get at the folder. */
function copyOf(t: TestContext, example: string, left: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), `hallpass-${example}-`))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, 0o755)
  cpSync(join(examples, example), folder, { recursive: true })
  if (left !== undefined) leaveOut(folder, left)
  return folder
}

/** The line must be there, once. */
function leaveOut(folder: string, line: string): void {
  const holding = readdirSync(folder).filter((name) => linesOf(join(folder, name)).includes(line))
  assert.equal(holding.length, 1, `"${line}" is in ${holding.length} files`)
  const file = join(folder, holding[0]!)
  const lines = readFileSync(file, 'utf8').split('\n')
  writeFileSync(file, lines.filter((one) => one.trim() !== line).join('\n'))
}

function linesOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
}

function withPorts(file: string, { proxy, hallpass, backend }: Ports): string {
  let text = readFileSync(file, 'utf8')
  const places = [
    // the servers of tests listen on whatever this machine calls localhost
    ['127.0.0.1:7100', `localhost:${hallpass}`],
    [':7200', `:${proxy}`],
    [':7300', `:${backend}`],
  ] as const
  for (const [written, place] of places) {
    assert.ok(text.includes(written), `${file} says nothing of ${written}`)
    text = text.replaceAll(written, place)
  }
  writeFileSync(file, text)
  return file
}

async function running(t: TestContext, child: ChildProcess, port: number): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGTERM')
    await exited
  })
  await until(async () => {
    assert.equal(child.exitCode, null, said)
    return listens(port)
  })
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy() !== null))
    socket.on('error', () => resolve(false))
  })
}
