import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { createProxyServer } from 'httpxy'

/** For Chromium: every site of the tests is on this machine. */
export const siteFlags = ['--host-resolver-rules=MAP *.example 127.0.0.1', '--ignore-certificate-errors'] as const

export type Site = (req: IncomingMessage, res: ServerResponse) => void

/**
 * Several sites behind one TLS port, as a proxy before Hallpass would have it: `app.example` is forwarded, with the
 * headers that tell of the client; every other host is answered here.
 */
export class Sites {
  readonly #server: Server
  readonly #hosts = new Map<string, Site>()
  readonly #proxy = createProxyServer({ xfwd: true })
  #target = ''

  private constructor() {
    const certificate = spawnSync('/usr/bin/python3', [
      fileURLToPath(new URL('../../test/browser/certificate.py', import.meta.url)),
    ]).stdout.toString()
    this.#server = createServer({ key: certificate, cert: certificate })
    this.#server.on('request', (req, res) => this.#answer(req, res))
    this.#server.on('upgrade', (req, socket, head) => this.#upgrade(req, socket, head))
    this.#proxy.on('error', (_error, _req, res) => res?.destroy())
  }

  static async start(): Promise<Sites> {
    const sites = new Sites()
    sites.#server.listen(0, '127.0.0.1')
    await once(sites.#server, 'listening')
    return sites
  }

  /** The origin of one of them. */
  origin(host: string): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the sites do not listen')
    return `https://${host}:${address.port}`
  }

  /** Where `app.example` is forwarded to. */
  forwardTo(origin: string): void {
    this.#target = origin
  }

  serve(host: string, site: Site): void {
    this.#hosts.set(host, site)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #answer(req: IncomingMessage, res: ServerResponse): void {
    const site = this.#hosts.get((req.headers.host ?? '').replace(/:\d+$/, ''))
    if (site !== undefined) return site(req, res)
    void this.#proxy.web(req, res, { target: this.#target })
  }

  #upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    void this.#proxy.ws(req, socket as never, { target: this.#target }, head)
  }
}
