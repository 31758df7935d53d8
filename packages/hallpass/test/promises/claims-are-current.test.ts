import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signedInApp } from 'hallpass/testing'
import { codeOf, openAuth } from '../open-auth.js'

test('a change while the claims are being gathered makes the token stale, not wrong for its lifetime', async () => {
  let role = 'reader'
  let during: (() => Promise<unknown>) | null = null
  const { auth } = openAuth({
    strategy: 'hybrid',
    async claims() {
      const read = role
      await during?.()
      during = null
      return { role: read }
    },
  })
  during = async () => {
    role = 'editor'
    await auth.subjects.changed('u_1')
  }
  const { client, tokens } = await signedInApp(auth, 'u_1')
  const bearer = { headers: { authorization: `Bearer ${tokens.accessToken}` } }
  assert.equal((await auth.authenticate(client.view('GET', '/', bearer))).refusal, 'stale')
  const refreshed = await auth.refresh(
    client.view('POST', '/auth/refresh', { json: { refreshToken: tokens.refreshToken } }),
  )
  const verified = await auth.tokens.verify(refreshed.tokens!.accessToken!)
  assert.ok(verified.ok)
  assert.equal(verified.claims.own['role'], 'editor')
})

test('claims beyond the budget are refused with the sizes, largest first', async () => {
  const { auth } = openAuth({ strategy: 'hybrid', claims: () => ({ groups: 'x'.repeat(900), plan: 'pro' }) })
  const error = await signedInApp(auth, 'u_1').then(
    () => null,
    (cause: unknown) => cause as Error,
  )
  assert.equal(codeOf(error), 'claims-too-large')
  assert.match(error!.message, /groups/)
})

test('the application may not set a claim of ours', async () => {
  const { auth } = openAuth({ strategy: 'hybrid', claims: () => ({ sub: 'u_2' }) })
  assert.equal(await signedInApp(auth, 'u_1').then(() => 'accepted', codeOf), 'claims-reserved')
})
