import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'

/** Stands between browser and server: can lose an answer, and then lets nothing through until it is mended. */
export class CuttingProxy {
  readonly #server: Server
  #cut: string | null = null
  #broken = false
  /** Answers that the browser never saw. */
  lost = 0

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<CuttingProxy> {
    const server = createServer()
    server.listen(0)
    await once(server, 'listening')
    return new CuttingProxy(server)
  }

  get origin(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen')
    return `http://localhost:${address.port}`
  }

  forwardTo(port: number): void {
    this.#server.on('request', (incoming, outgoing) => {
      if (this.#broken) {
        incoming.socket.destroy()
        return
      }
      const { method, url = '/', headers } = incoming
      const cut = this.#cut !== null && url.startsWith(this.#cut)
      if (cut) this.#cut = null
      const forwarded = request({ port, host: 'localhost', method, path: url, headers }, (answer) => {
        if (cut) {
          answer.resume()
          answer.once('end', () => {
            this.lost += 1
            this.#broken = true
            incoming.socket.destroy()
          })
          return
        }
        // a browser sends again by itself what was lost on a connection that it had used before
        outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, connection: 'close' })
        answer.pipe(outgoing)
      })
      forwarded.once('error', () => incoming.socket.destroy())
      incoming.pipe(forwarded)
    })
  }

  /** The next answer to this path is lost, after the server has done its work. */
  loseNext(path: string): void {
    this.#cut = path
  }

  mend(): void {
    this.#broken = false
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
