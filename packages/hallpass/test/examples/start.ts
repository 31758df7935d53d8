import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

/** Runs a file of an example on a free port; it is up when it prints something. */
export async function start(file: string, strategy: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort()
  const app = fileURLToPath(new URL(`../../../../examples/${file}`, import.meta.url))
  const env = { ...process.env, PORT: String(port), STRATEGY: strategy }
  const child = spawn(process.execPath, [app], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const first = await Promise.race([once(child.stdout, 'data'), exited.then(() => null)])
  assert.notEqual(first, null, 'it did not start')
  return {
    url: `http://localhost:${port}`,
    async stop() {
      child.kill()
      await exited
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
