import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestBody } from 'hallpass'
import { fetchView } from '#src/adapters/fetch-view.js'
import { nodeView } from '#src/adapters/node-view.js'
import { send } from '#src/testing/adapter-client.js'
import { listen } from './listen.js'

const longest = 16_384

async function readByNode(body: string): Promise<RequestBody> {
  let read: RequestBody | undefined
  const { url, close } = await listen((req, res) => {
    const view = nodeView(req)
    void Promise.all([view.body(), view.body()]).then(([first, second]) => {
      assert.equal(first, second, 'read once')
      read = first
      res.end()
    })
  })
  await send(url, 'POST', '/', { body, headers: { 'transfer-encoding': 'chunked' } })
  await close()
  return read!
}

const readByFetch = async (body: string): Promise<RequestBody> =>
  fetchView(new Request('http://localhost/', { method: 'POST', body }), null).body()

for (const [platform, read] of [
  ['node', readByNode],
  ['fetch', readByFetch],
] as const) {
  test(`${platform}: a body is kept up to the limit, and nothing of one beyond it`, async () => {
    const text = 'ä'.repeat(longest / 2)
    assert.deepEqual(await read(text), { text })
    assert.deepEqual(await read(`${text}a`), { tooLarge: true })
    assert.deepEqual(await read(''), { text: '' })
  })
}
