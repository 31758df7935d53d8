import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from 'hallpass/testing'
import { crypto } from '#src/crypto/node.js'
import { IssuerKeys, type KeysReading } from '#src/verify/issuer-keys.js'
import { readKeySet } from '#src/crypto/key-set.js'
import { settled } from '../cluster/fixture.js'
import { Forge } from '../attacks/forge.js'

/** What an issuer publishes, with nothing to choose between the keys but their kid. */
function publishing(kid: string): KeysReading {
  const read = readKeySet({ keys: [new Forge('EdDSA', { kid }).publicJwk] })
  return { keys: read.ok ? read.keys : assert.fail(read.reason), freshFor: 1000 }
}

test('keys that were asked for earlier and come later do not take the place of newer ones', async () => {
  const clock = manualClock()
  const answers: ((reading: KeysReading) => void)[] = []
  const read = (): Promise<KeysReading> => new Promise((resolve) => void answers.push(resolve))
  const keys = new IssuerKeys({ crypto, runtime: clock, read, tell: () => undefined })

  const first = Promise.resolve(keys.find('old')).catch(() => undefined)
  // So long that it is given up, and somebody else asks again.
  clock.advance(60_000)
  const second = Promise.resolve(keys.find('new'))
  answers[1]!(publishing('new'))
  assert.equal((await second)?.kid, 'new')
  answers[0]!(publishing('old'))
  await first
  await settled()
  assert.deepEqual([keys.known('new')?.kid, keys.known('old')], ['new', undefined])
})
