import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hallpass } from 'hallpass'
import { memory } from 'hallpass/memory'
import { logFeed, nodeHandler } from 'hallpass/node'
import { createVerifier, type Verdict } from 'hallpass/verify'
import { testSecret } from '../open-auth.js'
import { audience, codeOf, issuer } from './issue.js'
import { serving, standingBetween, until } from './serving.js'

const key = 'q8Zr3Tn6Vb1Xc4Md7Kf0Hj2Lp5Ws9Yg-AeUiOoEa'

test('a tree of three levels: revoking waits for the leaf, which accepts nothing afterwards; cut off, it refuses', async (t) => {
  const auth = hallpass({ issuer, audience, secret: testSecret, store: memory(), strategy: 'hybrid' })
  const rootFeed = logFeed(auth.feed, { key })
  const root = await serving(t, nodeHandler(rootFeed))
  const jwks = await auth.keys.jwks()
  const trunk = createVerifier({ issuer, audience, jwks, log: { address: root.address, key } })
  const trunkFeed = logFeed(trunk.feed!, { key })
  const middle = await serving(t, nodeHandler(trunkFeed))
  const between = await standingBetween(t, middle.address)
  const leaf = createVerifier({ issuer, audience, jwks, log: { address: between.address, key } })
  t.after(async () => {
    between.refuse(false)
    for (const feed of [trunkFeed, rootFeed]) feed.close()
    await Promise.all([leaf.close(), trunk.close()])
    await auth.close()
  })
  const service = async (): Promise<{ readonly token: string; readonly tokenId: string }> =>
    auth.tokens.issue({ audience })
  const verdictOf = async (token: string): Promise<Verdict> => leaf.verify(token)

  const { token, tokenId } = await service()
  await until('a lease at the leaf', async () => codeOf(await verdictOf(token)) === 'ok')
  await auth.tokens.revoke(tokenId)
  assert.equal(codeOf(await verdictOf(token)), 'ended')

  const second = await service()
  assert.equal(codeOf(await verdictOf(second.token)), 'ok')
  between.refuse(true)
  between.cut()
  const receipt = await auth.tokens.revoke(second.tokenId)
  assert.ok(receipt.complete)
  assert.notEqual(codeOf(await verdictOf(second.token)), 'ok')
  between.refuse(false)
  await until('the leaf to be back', async () => codeOf(await verdictOf(second.token)) === 'ended')
})
