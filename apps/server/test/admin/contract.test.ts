import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Receipt, SessionInfo } from 'hallpass/browser'
import type { ReceiptBody, SessionBody } from '#src/admin/contract.js'
import { browser } from '../test-client.js'
import { quickPasswords, testServer } from '../test-server.js'

type Agree<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false
/** Does not compile where the browser's types say something else. */
const agreed: readonly [Agree<SessionBody, SessionInfo>, Agree<ReceiptBody, Receipt>] = [true, true]

type Members<Body> = { readonly [Member in keyof Body]-?: true }
const device: Members<SessionBody['device']> = { name: true, userAgent: true, network: true }
const session: Members<SessionBody> = {
  id: true,
  subject: true,
  createdAt: true,
  authenticatedAt: true,
  lastSeenAt: true,
  expiresAt: true,
  device: true,
  amr: true,
  current: true,
}
const receipt: Members<ReceiptBody> = {
  ended: true,
  target: true,
  kept: true,
  at: true,
  acknowledged: true,
  waitedOut: true,
  tookMilliseconds: true,
  complete: true,
  completeAt: true,
}

test('the page is told of sessions and receipts in the words of the contract, member for member', async (t) => {
  assert.deepEqual(agreed, [true, true])
  const { origin } = await testServer(t, { passwords: quickPasswords })
  const one = browser(origin)
  await one.post('/auth/sign-up', { email: 'anna@example.com', password: 'violet tram under seven' })
  const { sessions } = (await one.get('/auth/sessions')).json
  for (const told of [(await one.get('/auth/session')).json.session, ...sessions]) {
    assert.deepEqual(members(told), members(session))
    assert.deepEqual(members(told.device), members(device))
    assert.equal(told.device.name, 'Chrome on Linux')
    assert.match(told.device.network ?? '', /\/(?:24|48)$/)
  }
  const ended = await one.post('/auth/sessions/revoke-all', { keepCurrent: false })
  assert.deepEqual(members(ended.json.receipt), members(receipt))
})

function members(body: object): string[] {
  return Object.keys(body).sort()
}
