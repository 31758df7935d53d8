import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { record, recordFolder, recording } from '../record.js'
import { freePort } from '../test-server.js'

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

export interface ServerSettings {
  readonly strategy?: 'session' | 'hybrid' | 'jwt'
  /** Seconds. */
  readonly accessToken?: number
  /** The origin that browsers know; default: the server's own address. */
  readonly issuer?: string
  /** What else stands in `hallpass.config.json`. */
  readonly config?: object
  readonly env?: { readonly [name: string]: string }
}

/** The server as its users start it: a process of its own, with a database in a folder of its own. */
export class RunningServer {
  readonly port: number
  readonly #folder = mkdtempSync(join(tmpdir(), 'hallpass-browser-'))
  #process: ChildProcess | null = null
  #log = ''

  private constructor(port: number) {
    this.port = port
  }

  static async start(settings: ServerSettings = {}): Promise<RunningServer> {
    const server = new RunningServer(await freePort())
    await server.#start(settings)
    return server
  }

  get origin(): string {
    return `http://localhost:${this.port}`
  }

  /** The same address and the same database, with other settings. */
  async restart(settings: ServerSettings): Promise<void> {
    await this.#end()
    await this.#start(settings)
  }

  /** How often an event of this type was logged. */
  events(type: string): number {
    return this.lines(`"event":"${type}"`).length
  }

  /** What was logged with that in it. */
  lines(part: string): readonly string[] {
    return this.#log.split('\n').filter((line) => line.includes(part))
  }

  /** Stops its clock, as where a machine is put to sleep; `SIGCONT` lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal)
  }

  async stop(): Promise<void> {
    await this.#end()
    record({ logged: this.#log })
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #start(settings: ServerSettings): Promise<void> {
    const { strategy = 'session', accessToken, issuer = this.origin, config = {} } = settings
    const lifetimes = accessToken === undefined ? {} : { accessToken }
    writeFileSync(join(this.#folder, 'hallpass.config.json'), JSON.stringify({ lifetimes, ...config }))
    const env = {
      PATH: process.env.PATH,
      PORT: String(this.port),
      HALLPASS_ISSUER: issuer,
      HALLPASS_STRATEGY: strategy,
      HALLPASS_STORE: 'sqlite:./data/hallpass.db',
      ...recording.env,
      ...settings.env,
    }
    const child = spawn(process.execPath, [...recording.flags, main], {
      cwd: this.#folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = child
    child.stderr.on('data', (chunk) => (this.#log += chunk))
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the server ended with code ${code}:\n${this.#log}`)))
      child.stdout.on('data', (chunk) => {
        this.#log += chunk
        if (this.#log.includes('Hallpass is at')) resolve()
      })
    })
  }

  async #end(): Promise<void> {
    const child = this.#process
    this.#process = null
    if (child === null || child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
    recordFolder(this.#folder)
    // what a former run said is no sign that the next one is ready
    this.#log = this.#log.replaceAll('Hallpass is at', 'Hallpass was at')
  }
}
