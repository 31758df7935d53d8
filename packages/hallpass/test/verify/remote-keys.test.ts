import assert from 'node:assert/strict'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createVerifier, type IssuerOptions, type Verifier } from 'hallpass/verify'
import { manualClock, type ManualClock } from 'hallpass/testing'
import { audience, codeOf, Forge, issuer, payload, reasonOf, startedAt } from './issue.js'

const forge = new Forge('EdDSA', { kid: 'first' })
const rotated = new Forge('EdDSA', { kid: 'second' })
const strangers = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => forge.token({ ...forge.header, kid: `stranger-${index}` }))

interface Published {
  readonly verifier: Verifier
  readonly clock: ManualClock
  readonly address: string
  /** How often the keys were asked for. */
  readonly requests: () => number
  /** What answers from now on: these forges' keys, or whatever that function does. */
  publish(keys: readonly Forge[] | RequestListener, headers?: { readonly [name: string]: string }): void
}

const closing: (() => void)[] = []
after(() => closing.forEach((close) => close()))

/** An issuer's keys on a real server, and a verifier of its tokens on a clock that stands still. */
async function published(
  keys: readonly Forge[] | RequestListener,
  {
    headers = {},
    ...options
  }: Partial<IssuerOptions> & { readonly headers?: { readonly [name: string]: string } } = {},
): Promise<Published> {
  let requests = 0
  let listener: RequestListener = () => undefined
  const server = createServer((request, response) => {
    requests++
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`
  const clock = manualClock(startedAt)
  const publish: Published['publish'] = (keys, headers = {}) => {
    listener = typeof keys === 'function' ? keys : (_, response) => json(response, setOf(keys), headers)
  }
  publish(keys, headers)
  const verifier = createVerifier({ issuer, audience, jwks: address, clock, ...options })
  return { verifier, clock, address, requests: () => requests, publish }
}

const setOf = (forges: readonly Forge[]): unknown => ({ keys: forges.map(({ publicJwk }) => publicJwk) })

function json(response: ServerResponse, body: unknown, headers: { readonly [name: string]: string } = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

const judged = async ({ verifier }: Pick<Published, 'verifier'>, token = forge.token()): Promise<string> =>
  codeOf(await verifier.verify(token))

/** Waits, for as long as it takes, for what happens in the background. */
async function until(happened: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await happened())) await new Promise((resolve) => setImmediate(resolve))
}

/** Lets whatever was begun in the background, and could be finished, come to its end. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('the keys of an issuer', () => {
  test('are read once for all who ask at the same time, and serve from then on', async () => {
    const keys = await published([forge])
    const tokens = Array.from({ length: 50 }, (_, index) => forge.token(undefined, { ...payload, jti: `t_${index}` }))
    const codes = await Promise.all(tokens.map((token) => judged(keys, token)))
    assert.deepEqual(new Set(codes), new Set(['ok']))
    assert.equal(keys.requests(), 1)
  })

  test('are not asked for by a token whose header is refused', async () => {
    const keys = await published([forge])
    const headers = [{ jku: keys.address }, { typ: 'JWT' }, { kid: 1 }, { crit: ['x'] }]
    for (const members of headers)
      assert.equal(await judged(keys, forge.token({ ...forge.header, ...members })), 'invalid')
    assert.equal(keys.requests(), 0)
  })

  for (const [header, seconds] of [
    ['max-age=600', 600],
    ['public, max-age="600", immutable', 600],
    ['max-age=10', 10],
    ['max-age=999999999', 3600],
    ['', 300],
    ['s-maxage=9', 300],
    ['max-age=x', 300],
  ] as const) {
    test(`are fresh for ${seconds} s after Cache-Control "${header}", and are served while they are read again`, async () => {
      const keys = await published([forge], { headers: { 'cache-control': header } })
      assert.equal(await judged(keys), 'ok')
      keys.clock.advance(seconds * 1000 - 1)
      const later = forge.token(undefined, { ...payload, iat: payload.iat + seconds, exp: payload.exp + seconds })
      assert.equal(await judged(keys, later), 'ok')
      await quiet()
      assert.equal(keys.requests(), 1)
      keys.clock.advance(1)
      keys.publish(() => undefined)
      assert.equal(codeOf(await keys.verifier.verify(later)), 'ok')
      await until(() => keys.requests() === 2)
    })
  }

  test('are fresh for so much less as they have been under way', async () => {
    const keys = await published([forge], { headers: { 'cache-control': 'max-age=60', age: '50' } })
    assert.equal(await judged(keys), 'ok')
    keys.clock.advance(10_000)
    assert.equal(await judged(keys), 'ok')
    await until(() => keys.requests() === 2)
  })

  for (const header of ['no-store', 'max-age=0', 'no-cache, max-age=600']) {
    test(`are not read for each token even after Cache-Control "${header}"`, async () => {
      const keys = await published([forge], { headers: { 'cache-control': header } })
      for (let index = 0; index < 20; index++) assert.equal(await judged(keys), 'ok')
      assert.equal(keys.requests(), 1)
      keys.clock.advance(5000)
      assert.equal(await judged(keys), 'ok')
      await until(() => keys.requests() === 2)
    })
  }

  test('J24: ten thousand kids that nobody has heard of cost one request in a cool-down', async () => {
    const keys = await published([forge])
    assert.equal(await judged(keys), 'ok')
    const flood = strangers(10_000)
    assert.deepEqual(new Set(await Promise.all(flood.map((token) => judged(keys, token)))), new Set(['invalid']))
    assert.equal(keys.requests(), 1)
    keys.clock.advance(5000)
    assert.deepEqual(new Set(await Promise.all(flood.map((token) => judged(keys, token)))), new Set(['invalid']))
    assert.equal(keys.requests(), 2)
    assert.equal(await judged(keys), 'ok')
  })

  test('a key that appeared by rotation is found at once, once the cool-down allows', async () => {
    const keys = await published([forge])
    assert.equal(await judged(keys), 'ok')
    keys.publish([forge, rotated])
    keys.clock.advance(5000)
    assert.deepEqual([await judged(keys, rotated.token()), await judged(keys)], ['ok', 'ok'])
    assert.equal(keys.requests(), 2)
  })

  test('a key that is gone from the set is believed no longer, in the cache neither', async () => {
    const keys = await published([forge, rotated], { headers: { 'cache-control': 'max-age=10' } })
    assert.deepEqual([await judged(keys), await judged(keys, rotated.token())], ['ok', 'ok'])
    keys.publish([rotated])
    keys.clock.advance(10_000)
    assert.equal(await judged(keys), 'ok')
    await until(async () => (await judged(keys)) === 'invalid')
    assert.deepEqual([await judged(keys, rotated.token()), keys.requests()], ['ok', 2])
  })

  test('another key under the same kid does not make the old tokens right again', async () => {
    const keys = await published([forge], { headers: { 'cache-control': 'max-age=10' } })
    assert.equal(await judged(keys), 'ok')
    const imposter = new Forge('EdDSA', { kid: 'first' })
    keys.publish([imposter])
    keys.clock.advance(10_000)
    await until(async () => (await judged(keys)) === 'invalid')
    assert.equal(await judged(keys, imposter.token()), 'ok')
  })

  test('change under load without one wrong verdict', async () => {
    const keys = await published([forge], { headers: { 'cache-control': 'max-age=5' } })
    const forges = [forge, rotated, new Forge('ES256', { kid: 'third' }), new Forge('EdDSA', { kid: 'fourth' })]
    for (let index = 1; index < forges.length; index++) {
      // published before it signs, as the key ring does it
      keys.publish([forges[index - 1]!, forges[index]!], { 'cache-control': 'max-age=5' })
      keys.clock.advance(5000)
      for (let jti = 0; jti < 30; jti++) {
        const signer = forges[jti % 2 === 0 ? index - 1 : index]!
        assert.equal(await judged(keys, signer.token(undefined, { ...payload, jti: `${index}-${jti}` })), 'ok')
      }
    }
    assert.ok(keys.requests() <= forges.length, String(keys.requests()))
  })
})

describe('keys that cannot be read', () => {
  const answers: { readonly [name: string]: readonly [RegExp, RequestListener] } = {
    'a page': [
      /is not JSON/,
      (_, response) => response.setHeader('content-type', 'text/html').end('<html>Not here</html>'),
    ],
    'nothing at all': [/is not JSON/, (_, response) => response.end()],
    'an error': [/answers 500/, (_, response) => response.writeHead(500).end(JSON.stringify(setOf([forge])))],
    'no content': [/answers 204/, (_, response) => response.writeHead(204).end()],
    'a list': [/is not an object/, (_, response) => json(response, [forge.publicJwk])],
    'keys that are no list': [/not a JWK Set/, (_, response) => json(response, { keys: { 0: forge.publicJwk } })],
    'keys of the wrong types': [/not a JWK Set/, (_, response) => json(response, { keys: ['x', 1, null] })],
    'an empty set': [/is empty/, (_, response) => json(response, { keys: [] })],
    'members named twice': [
      /names a member twice/,
      (_, response) => response.end(`{"keys":[],"keys":[${JSON.stringify(forge.publicJwk)}]}`),
    ],
    'J25: two keys with one kid': [/one kid/, (_, response) => json(response, setOf([forge, forge]))],
    'J25: a symmetric key': [
      /symmetric/,
      (_, response) => json(response, { keys: [forge.publicJwk, { kty: 'oct', kid: 'x', k: 'AAAA' }] }),
    ],
    'J26: nothing but a weak key': [
      /no key to verify with/,
      (_, response) => json(response, { keys: [{ kty: 'RSA', kid: 'x', alg: 'RS256', n: 'AQAB', e: 'AQAB' }] }),
    ],
    'bytes that are no UTF-8': [/cannot be reached/, (_, response) => response.end(Buffer.from([0x7b, 0xff, 0x7d]))],
    'more than 64 KiB, said beforehand': [
      /more than 65536 bytes/,
      (_, response) => json(response, { keys: [forge.publicJwk], padding: 'x'.repeat(70_000) }),
    ],
    'more than 64 KiB, squeezed': [
      /more than 65536 bytes/,
      (_, response) =>
        response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync(JSON.stringify({ keys: [forge.publicJwk], padding: 'x'.repeat(10_000_000) }))),
    ],
    'a cut connection': [/cannot be reached/, (_, response) => response.socket!.destroy()],
  }

  for (const [name, [reason, answer]] of Object.entries(answers)) {
    test(`${name}: no verdict at first; afterwards the old ones serve`, async () => {
      const keys = await published(answer)
      const first = await keys.verifier.verify(forge.token())
      assert.equal(codeOf(first), 'keys-unavailable')
      assert.match(reasonOf(first), reason)

      keys.publish([forge], { 'cache-control': 'max-age=60' })
      keys.clock.advance(1000)
      assert.equal(await judged(keys), 'ok')
      keys.publish(answer)
      keys.clock.advance(60_000)
      assert.equal(await judged(keys), 'ok')
      await until(() => keys.requests() === 3)
      // whether that kid is new, nobody can say
      await until(async () => (await judged(keys, rotated.token())) === 'keys-unavailable')
      assert.equal(await judged(keys), 'ok')
    })
  }

  test('an endless body is given up as soon as it is too large', async () => {
    let sent = 0
    const keys = await published((_, response) => {
      const more = (): void => {
        if (response.destroyed) return
        sent += 8192
        response.write(Buffer.alloc(8192, ' '), () => setImmediate(more))
      }
      more()
    })
    assert.match(reasonOf(await keys.verifier.verify(forge.token())), /more than 65536 bytes/)
    const sentThen = sent
    await quiet()
    assert.ok(sent - sentThen < 64 * 1024 * 1024)
  })

  test('an answer that does not come is waited for no longer than 5 s, in the head and in the body', async () => {
    for (const stalls of [
      (() => undefined) as RequestListener,
      ((_, response) => void response.writeHead(200).write('{"keys":[')) as RequestListener,
    ]) {
      const keys = await published(stalls)
      const verdict = keys.verifier.verify(forge.token())
      await until(() => keys.requests() === 1)
      await quiet()
      keys.clock.advance(5000)
      assert.match(reasonOf(await verdict), /no answer within 5000 ms/)
    }
  })

  test('a redirect is not followed, wherever it leads', async () => {
    const elsewhere = await published([forge])
    for (const status of [301, 302, 303, 307, 308]) {
      const keys = await published((_, response) => response.writeHead(status, { location: elsewhere.address }).end())
      assert.equal(codeOf(await keys.verifier.verify(forge.token())), 'keys-unavailable')
    }
    assert.equal(elsewhere.requests(), 0)
  })

  test('a failure is not tried again for every token, and is told once', async () => {
    const keys = await published((_, response) => response.writeHead(503).end())
    const told: unknown[] = []
    keys.verifier.on('trouble', ({ where, error }) => told.push([where, (error as { code: string }).code]))
    for (let index = 0; index < 20; index++) assert.equal(await judged(keys), 'keys-unavailable')
    assert.equal(keys.requests(), 1)
    keys.clock.advance(1000)
    assert.equal(await judged(keys), 'keys-unavailable')
    assert.equal(keys.requests(), 2)
    assert.deepEqual(told, [[`keys of ${issuer}`, 'keys-unavailable']])
    keys.publish([forge])
    keys.clock.advance(1000)
    assert.equal(await judged(keys), 'ok')
  })

  test('old keys serve for an hour beyond their time, and not a moment longer', async () => {
    const keys = await published([forge], { maximumLifetime: 86_400, headers: { 'cache-control': 'max-age=60' } })
    const longLived = forge.token(undefined, { ...payload, exp: payload.iat + 80_000 })
    assert.equal(await judged(keys, longLived), 'ok')
    keys.publish((_, response) => response.writeHead(503).end())
    keys.clock.advance(3_660_000 - 1)
    assert.equal(await judged(keys, longLived), 'ok')
    await until(() => keys.requests() === 2)
    keys.clock.advance(1)
    assert.equal(await judged(keys, longLived), 'keys-unavailable')
    keys.publish([forge])
    keys.clock.advance(1000)
    assert.equal(await judged(keys, longLived), 'ok')
  })

  test('a reading that ended without a word, as at the edge with its request, is not waited for for ever', async () => {
    const clock = manualClock(startedAt)
    let isGone = true
    const verifier = createVerifier({
      ...{ issuer, audience, jwks: 'https://keys.example/jwks' },
      // with the request its timers are gone too
      clock: { ...clock, later: (...how) => (isGone ? () => undefined : clock.later(...how)) },
      fetch: () => (isGone ? new Promise(() => undefined) : Promise.resolve(Response.json(setOf([forge])))),
    })
    void verifier.verify(forge.token())
    await quiet()
    isGone = false
    const sharing = verifier.verify(forge.token())
    await quiet()
    clock.advance(6000)
    assert.equal(codeOf(await sharing), 'keys-unavailable')
    assert.equal(codeOf(await verifier.verify(forge.token())), 'ok')
  })

  test('the status says how old they are', async () => {
    const keys = await published([forge, rotated])
    assert.deepEqual(keys.verifier.status()[0]!.keys, { count: 0, age: null })
    await judged(keys)
    keys.clock.advance(7000)
    assert.deepEqual(keys.verifier.status(), [
      { issuer, knows: 'expiry-only', keys: { count: 2, age: 7000 }, lease: null },
    ])
  })
})
