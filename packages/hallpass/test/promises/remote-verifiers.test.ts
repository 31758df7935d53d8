import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Figures, Receipt } from 'hallpass'
import type { KeySet } from 'hallpass/verify'
import { window } from '#src/core/lease.js'
import { timing } from '../cluster/fixture.js'
import { standingBetween, until } from '../verify/serving.js'
import { moment, type Question, type Role, type Watched } from './remote-process.js'

/** What a machine under load may add to a bound, milliseconds: far from the windows that it must not be taken for. */
const allowance = 5000

interface Process {
  readonly address: string
  ask(verb: string, ...values: readonly unknown[]): Promise<unknown>
  signal(name: NodeJS.Signals): void
}

/** Ends with the test, stopped or not. */
async function launch(t: TestContext, settings: Role): Promise<Process> {
  const script = fileURLToPath(new URL('./remote-process.js', import.meta.url))
  const child: ChildProcess = fork(script, [JSON.stringify(settings)], { serialization: 'advanced' })
  t.after(() => void child.kill('SIGKILL'))
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>()
  const asked = (number: number): Promise<unknown> =>
    new Promise((resolve, reject) => void waiting.set(number, { resolve, reject }))
  child.on('message', ({ number, answer, error }: { number: number; answer?: unknown; error?: string }) => {
    if (error === undefined) waiting.get(number)?.resolve(answer)
    else waiting.get(number)?.reject(new Error(error))
  })
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${settings.role} ended: ${code}`))
  })
  const address = (await asked(0)) as string
  let last = 0
  return {
    address,
    ask(verb, ...values) {
      const question: Question = { number: ++last, verb, values }
      child.send(question)
      return asked(question.number)
    },
    signal: (name) => void child.kill(name),
  }
}

interface Scene {
  /** Revokes, and serves nobody. */
  readonly revoker: Process
  /** Hands its lease down. */
  readonly relay: Process
  verifier(above: Pick<Process, 'address'>, isFrozen?: boolean): Promise<Process>
}

async function scene(t: TestContext): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-remote-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'auth.db')
  const revoker = await launch(t, { role: 'instance', file })
  const relay = await launch(t, { role: 'instance', file })
  const jwks = (await revoker.ask('jwks')) as KeySet
  return {
    revoker,
    relay,
    verifier: ({ address }, isFrozen = false) => launch(t, { role: 'verifier', jwks, address, isFrozen }),
  }
}

interface Held {
  readonly session: string
  readonly token: string
}

/** A session whose token every one of the verifiers has accepted, and goes on asking about. */
async function believed(at: Process, verifiers: readonly Process[]): Promise<Held> {
  const held = (await at.ask('signIn', 'u_1')) as Held
  for (const verifier of verifiers) {
    await verifier.ask('watch', held.token)
    await until('it is accepted', async () => (await told(verifier, held)).accepted > 3)
  }
  return held
}

async function told(verifier: Process, { token }: Held): Promise<Watched> {
  return (await verifier.ask('told', token)) as Watched
}

async function revoke(by: Process, { session }: Held): Promise<{ receipt: Receipt; returned: number }> {
  return (await by.ask('revoke', session)) as { receipt: Receipt; returned: number }
}

/** A moment later nothing has been accepted whose check began after the revocation returned. */
async function acceptedNoMore(verifiers: readonly Process[], held: Held, returned: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 150))
  for (const verifier of verifiers) {
    const { lastAccepted, last } = await told(verifier, held)
    assert.ok(lastAccepted < returned, `accepted ${lastAccepted - returned} ms after the revocation had returned`)
    assert.notEqual(last, 'accepted')
    await verifier.ask('forget', held.token)
  }
}

function median(figures: readonly number[]): number {
  return [...figures].sort((one, other) => one - other)[Math.floor(figures.length / 2)]!
}

/** Of several revocations, each of a session that all of them believe. */
async function revocations(scene: Scene, verifiers: readonly Process[], count: number): Promise<number[]> {
  const took: number[] = []
  for (let at = 0; at < count; at++) {
    const by = at % 2 === 0 ? scene.revoker : scene.relay
    const held = await believed(by, verifiers)
    const { receipt, returned } = await revoke(by, held)
    await acceptedNoMore(verifiers, held, returned)
    assert.equal(receipt.complete, true)
    assert.ok(receipt.tookMilliseconds < window(timing) + allowance, `${receipt.tookMilliseconds} ms`)
    took.push(receipt.tookMilliseconds)
  }
  return took
}

const patience = { timeout: 120_000 }

test('a revocation waits for a verifier in another process, and takes milliseconds', patience, async (t) => {
  const all = await scene(t)
  const verifier = await all.verifier(all.relay)
  const took = await revocations(all, [verifier], 12)
  assert.equal(((await all.relay.ask('figures')) as Figures).below, 1)
  assert.ok(median(took) < timing.lease / 4, `${median(took)} ms: neither a renewal nor a lease was waited for`)
})

test('a tree of three levels likewise', patience, async (t) => {
  const all = await scene(t)
  const middle = await all.verifier(all.relay)
  const leaf = await all.verifier(middle)
  const took = await revocations(all, [middle, leaf], 12)
  assert.ok(median(took) < timing.lease / 4, `${median(took)} ms: neither a renewal nor a lease was waited for`)
})

test('with its connections cut again and again it is slower, and right', patience, async (t) => {
  const all = await scene(t)
  const between = await standingBetween(t, all.relay.address)
  const verifier = await all.verifier(between)
  const cutting = setInterval(() => between.cut(), 40)
  t.after(() => clearInterval(cutting))
  await revocations(all, [verifier], 6)
})

for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
  test(
    `an instance that hands leases down is gone (${signal}): those below stop believing in time`,
    patience,
    async (t) => {
      const all = await scene(t)
      const middle = await all.verifier(all.relay)
      const leaf = await all.verifier(middle)
      const held = await believed(all.revoker, [middle, leaf])
      all.relay.signal(signal)
      const stopped = moment()
      const { receipt, returned } = await revoke(all.revoker, held)
      assert.equal(receipt.waitedOut.length, 1)
      assert.ok(receipt.tookMilliseconds < window(timing) + allowance, `${receipt.tookMilliseconds} ms`)
      for (const verifier of [middle, leaf]) {
        await until('it says that it cannot tell', async () => (await told(verifier, held)).last === 'log-unavailable')
        const { lastAccepted } = await told(verifier, held)
        assert.ok(lastAccepted < stopped + timing.lease, `${lastAccepted - stopped} ms after the instance had stopped`)
      }
      if (signal === 'SIGSTOP') {
        all.relay.signal('SIGCONT')
        await believed(all.revoker, [middle, leaf])
      }
      await acceptedNoMore([middle, leaf], held, returned)
    },
  )
}

test('a verifier that stands still is waited out, and believes nothing old when it goes on', patience, async (t) => {
  const all = await scene(t)
  const middle = await all.verifier(all.relay)
  const leaf = await all.verifier(middle)
  const held = await believed(all.revoker, [middle, leaf])
  middle.signal('SIGSTOP')
  const { receipt, returned } = await revoke(all.revoker, held)
  assert.ok(receipt.tookMilliseconds < window(timing) + allowance, `${receipt.tookMilliseconds} ms`)
  await until('the leaf says that it cannot tell', async () => (await told(leaf, held)).last === 'log-unavailable')
  middle.signal('SIGCONT')
  await until('they know', async () => {
    const answers = [await told(middle, held), await told(leaf, held)]
    return answers.every(({ last }) => last === 'ended')
  })
  await acceptedNoMore([middle, leaf], held, returned)
})

test('a verifier that is gone costs one window, and nobody waits for it twice', patience, async (t) => {
  const all = await scene(t)
  const stays = await all.verifier(all.relay)
  const goes = await all.verifier(all.relay)
  const held = await believed(all.revoker, [stays, goes])
  goes.signal('SIGKILL')
  const { receipt, returned } = await revoke(all.revoker, held)
  assert.ok(receipt.tookMilliseconds < window(timing) + allowance, `${receipt.tookMilliseconds} ms`)
  await acceptedNoMore([stays], held, returned)
  const took = await revocations(all, [stays], 4)
  assert.ok(median(took) < timing.lease / 4, `${median(took)} ms`)
})

test('a verifier whose clocks stand still is what this file would catch', patience, async (t) => {
  const all = await scene(t)
  const frozen = await all.verifier(all.relay, true)
  const held = await believed(all.revoker, [frozen])
  all.relay.signal('SIGSTOP')
  const { returned } = await revoke(all.revoker, held)
  await assert.rejects(acceptedNoMore([frozen], held, returned), /after the revocation had returned/)
})
