import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { serve } from '#src/serve.js'

/** Answered by these functions, without anything before them. */
const served = (request: (req: IncomingMessage, res: ServerResponse) => void) => ({
  front: { request, upgrade: () => undefined },
})
const empty = served((_req, res) => void res.end())
const anywhere = { port: 0, host: 'localhost' }

test('graceful stop: a request under way is answered, the next one is not taken', async () => {
  let answer = (): void => undefined
  let entered = (): void => undefined
  const inside = new Promise<void>((resolve) => (entered = resolve))
  const released = new Promise<void>((resolve) => (answer = resolve))
  const serving = await serve(
    served((_req, res) => {
      entered()
      void released.then(() => res.end('done'))
    }),
    anywhere,
  )
  const address = `http://localhost:${serving.port}/`
  const underWay = fetch(address)
  await inside
  const stopped = serving.stop(5000)
  await assert.rejects(fetch(address))
  answer()
  assert.equal(await (await underWay).text(), 'done')
  const began = performance.now()
  assert.equal(await stopped, true)
  assert.ok(performance.now() - began < 1000, 'an idle connection does not keep it waiting')
})

test('graceful stop: what does not finish in time is cut off, and told', async () => {
  const serving = await serve(
    served(() => undefined),
    anywhere,
  )
  const cutOff = assert.rejects(fetch(`http://localhost:${serving.port}/`))
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(await serving.stop(100), false)
  await cutOff
})

test('graceful stop: a client that never finishes its request does not hold it up', async () => {
  const serving = await serve(empty, anywhere)
  const socket = connect(serving.port, 'localhost')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n')
  await new Promise((resolve) => setTimeout(resolve, 50))
  const began = performance.now()
  await serving.stop(300)
  assert.ok(performance.now() - began < 1500)
  socket.destroy()
})

test('graceful stop: a connection on which nothing was ever asked does not hold it up', async () => {
  const serving = await serve(empty, anywhere)
  const socket = connect(serving.port, 'localhost')
  socket.on('error', () => undefined)
  const closed = once(socket, 'close')
  await once(socket, 'connect')
  await (await fetch(`http://localhost:${serving.port}/`)).text()
  const began = performance.now()
  assert.equal(await serving.stop(5000), true, 'it counts as finished')
  assert.ok(performance.now() - began < 2500)
  await closed
})

test('graceful stop: a socket that was handed over and that nobody ends does not hold it up', async () => {
  let entered = (): void => undefined
  const inside = new Promise<void>((resolve) => (entered = resolve))
  const front = { request: () => undefined, upgrade: () => entered() }
  const serving = await serve({ front }, anywhere)
  const socket = connect(serving.port, 'localhost')
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await inside
  const closed = once(socket, 'close')
  assert.equal(await serving.stop(100), false)
  await closed
})

test('a port that is taken is told by its code', async () => {
  const serving = await serve(empty, anywhere)
  await assert.rejects(serve(empty, { port: serving.port, host: 'localhost' }), {
    code: 'EADDRINUSE',
  })
  await serving.stop(100)
})
