import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Store } from 'hallpass'
import { memory } from 'hallpass/memory'
import { sqlite } from 'hallpass/sqlite'
import { manualClock, signedInApp } from 'hallpass/testing'
import { openAuth } from '../open-auth.js'

const rounds = 1000
const parallel = 50

const engines: { readonly [name: string]: (t: TestContext) => Store } = {
  memory: () => memory(),
  sqlite(t) {
    const folder = mkdtempSync(join(tmpdir(), 'hallpass-storm-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    return sqlite(join(folder, 'storm.db'))
  },
}

for (const [engine, open] of Object.entries(engines)) {
  test(`${rounds} rounds of ${parallel} parallel refreshes on ${engine}: one rotation a round, no theft`, async (t) => {
    const clock = manualClock()
    const store = open(t)
    const { auth, events } = openAuth({
      strategy: 'hybrid',
      store,
      runtime: clock,
      lifetimes: { idle: 86_400, absolute: 86_400 },
    })
    const { client, tokens, session } = await signedInApp(auth, 'u_1')
    let refreshToken = tokens.refreshToken
    let usable = 0
    for (let round = 1; round <= rounds; round++) {
      clock.advance(11_000)
      const view = (): ReturnType<typeof client.view> =>
        client.view('POST', '/auth/refresh', { json: { refreshToken } })
      const answers = await Promise.all(Array.from({ length: parallel }, () => auth.refresh(view())))
      const successors = new Set(answers.map((answer) => answer.tokens?.refreshToken))
      assert.equal(successors.size, 1)
      usable += answers.filter((answer) => answer.tokens?.accessToken !== undefined).length
      assert.equal((await store.sessions.find(session.id)).record?.generation, round)
      refreshToken = answers[0]!.tokens!.refreshToken
    }
    assert.equal(usable, rounds * parallel)
    assert.equal(events.filter((event) => event.type === 'refresh-rotated').length, rounds)
    assert.equal(events.filter((event) => event.type === 'refresh-reused').length, 0)
    await auth.close()
  })
}
