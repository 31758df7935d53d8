import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResponsePatch } from 'hallpass'
import { testBrowser } from 'hallpass/testing'
import { createRequestAuth } from '#src/adapters/request-auth.js'
import { openAuth } from '../open-auth.js'

test('what a request is told about its caller follows what its handler does', async () => {
  const { auth } = openAuth()
  const browser = testBrowser('https://app.example')
  const apply = (patch: ResponsePatch): void => browser.receive(patch)
  const stranger = await createRequestAuth(auth, browser.view('POST', '/'), apply)
  assert.deepEqual([stranger.session, stranger.refusal], [null, 'session-required'])
  assert.throws(() => stranger.require(), { code: 'session-required' })

  const handed = await stranger.signIn('u_1')
  assert.deepEqual(Object.keys(handed), ['session', 'tokens'], 'nothing that would put a cookie into a body')
  assert.deepEqual([stranger.session?.subject, stranger.refusal], ['u_1', null])
  assert.equal(stranger.require().subject, 'u_1')

  const caller = await createRequestAuth(auth, browser.view('POST', '/'), apply)
  await caller.update(() => ({ theme: 'dark' }))
  assert.deepEqual(caller.require().data, { theme: 'dark' })
  const stepped = await caller.stepUp({ amr: ['otp'], endOthers: true })
  assert.deepEqual([stepped.tokens, stepped.receipt?.kept], [null, caller.session?.id])

  const again = await createRequestAuth(auth, browser.view('POST', '/'), apply)
  await again.revokeAll({ keepCurrent: true })
  assert.equal(again.require().subject, 'u_1')
  assert.ok(await again.signOut())
  assert.deepEqual([again.session, again.refusal], [null, 'session-required'])
  assert.equal(browser.cookies.size, 0)
})
