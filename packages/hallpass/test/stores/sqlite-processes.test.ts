import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { brokenLink } from '#src/core/log.js'
import { sqlite } from '#src/stores/sqlite/sqlite.js'
import { insertedSession } from '#src/testing/store-contract/open-store.js'
import {
  appended,
  listening,
  positionOf,
  readLog,
  renewed,
  sampleEntry,
  sampleMember,
  terms,
} from '#src/testing/store-contract/sample-log.js'
import { scratchFolder } from './engines.js'

interface Other {
  readonly child: ChildProcess
  /** Every whole line it has said so far. */
  readonly lines: () => string[]
  readonly said: (count: number) => Promise<void>
  readonly ended: Promise<unknown>
}

function otherProcess(t: TestContext, work: string, file: string): Other {
  const script = fileURLToPath(new URL('./sqlite-process.js', import.meta.url))
  const child = spawn(process.execPath, [script, work, file], { stdio: ['pipe', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const lines = (): string[] => output.split('\n').slice(0, -1)
  const ended = once(child, 'close')
  const said = async (count: number): Promise<void> => {
    while (lines().length < count) {
      const over = child.exitCode !== null
      if (over) await ended
      if (over && lines().length < count) throw new Error(`the other process ended early: ${errors}`)
      await sleep(5)
    }
  }
  return { child, lines, said, ended }
}

test('a file locked by another process is trouble for writers only, and recovers when the lock goes', async (t) => {
  const file = join(scratchFolder(t), 'auth.db')
  const store = sqlite(file, { busyTimeout: 50 })
  t.after(() => store.close())
  const record = await insertedSession(store)
  const holder = otherProcess(t, 'hold', file)
  await holder.said(1)

  const locked = { code: 'store-unavailable', reason: `the database ${file} is locked by another process` }
  await assert.rejects(store.sessions.replace(record), locked)
  await assert.rejects(store.check(), locked)
  assert.deepEqual((await store.sessions.find(record.id)).record, record)

  holder.child.kill('SIGKILL')
  await holder.ended
  assert.equal(await store.sessions.replace(record), 'replaced')
})

test('several processes that start at once on one new file all find it migrated', async (t) => {
  for (let round = 0; round < 3; round++) {
    const file = join(scratchFolder(t), 'auth.db')
    const others = Array.from({ length: 4 }, () => otherProcess(t, 'open', file))
    for (const { said } of others) await said(1)
    for (const { child } of others) child.stdin!.write('go\n')
    for (const { said } of others) await said(2)
    await Promise.all(others.map(({ ended }) => ended))
  }
})

test('among processes that replace one session, each version is stored once', async (t) => {
  const file = join(scratchFolder(t), 'auth.db')
  const store = sqlite(file)
  t.after(() => store.close())
  const { id } = await insertedSession(store)
  const others = [otherProcess(t, 'contend', file), otherProcess(t, 'contend', file), otherProcess(t, 'contend', file)]
  await Promise.all(others.map(({ ended }) => ended))
  const won = others.map(({ lines }) => Number(lines()[0]))
  const total = won[0]! + won[1]! + won[2]!
  const { record } = await store.sessions.find(id)
  assert.ok(won.every((wins) => wins > 0))
  assert.deepEqual(
    { generation: record?.generation, version: record?.version },
    { generation: total, version: total + 1 },
  )
})

test('among processes that append and renew, each reads every entry once, in one order, and its acknowledgement counts', async (t) => {
  const file = join(scratchFolder(t), 'auth.db')
  const store = sqlite(file)
  t.after(() => store.close())
  await store.check()
  const others = Array.from({ length: 3 }, () => otherProcess(t, 'append', file))
  for (const { said } of others) await said(1)
  await Promise.all(others.map(({ ended }) => ended))
  for (const { lines } of others) {
    assert.deepEqual(JSON.parse(lines()[0]!), { readItsOwn: true, read: 150, broken: null })
  }
  const { start, entries } = await readLog(store)
  assert.equal(brokenLink(start, entries), null)
  assert.equal(entries.length, 150)
  const members = await store.log.members()
  assert.deepEqual(
    members.map(({ acknowledged }) => acknowledged),
    [150, 150, 150],
  )
})

test(
  'what another connection appends and acknowledges is heard of, and its renewals are not',
  { timeout: 60_000 },
  async (t) => {
    const file = join(scratchFolder(t), 'auth.db')
    const [here, there] = [sqlite(file), sqlite(file)]
    t.after(() => Promise.all([here.close(), there.close()]))
    const member = sampleMember()
    const [entry] = await appended(there, 1)
    await there.log.renew(member, terms, null)
    await here.check()
    const { heard, stop } = listening(here)
    for (let renewal = 0; renewal < 4; renewal++) {
      await there.log.renew(renewed(member, { mark: `${renewal}`, renewal: 2 + renewal }), terms, null)
      await sleep(40)
    }
    assert.deepEqual(heard, [])
    const happenings = [
      () => there.log.acknowledge(member.incarnation, positionOf(entry!)),
      () => there.log.append(sampleEntry()),
      () => there.sessions.raise({ of: 'deployment' }, null, sampleEntry()),
      () => there.log.retire(member.incarnation, '3'),
    ]
    for (const [index, happen] of happenings.entries()) {
      await happen()
      while (heard.length === index) await sleep(5)
      assert.deepEqual(heard.at(-1), { about: 'anything' })
    }
    stop()
  },
)

test('a process that listens to the log, and has nothing else to do, ends', { timeout: 60_000 }, async (t) => {
  const listener = otherProcess(t, 'listen', join(scratchFolder(t), 'auth.db'))
  await listener.said(1)
  await listener.ended
  assert.equal(listener.child.exitCode, 0)
})

test('what one process has revoked, another one knows at its next read', async (t) => {
  const file = join(scratchFolder(t), 'auth.db')
  const [here, there] = [sqlite(file), sqlite(file)]
  t.after(() => Promise.all([here.close(), there.close()]))
  for (let round = 0; round < 50; round++) {
    const record = await insertedSession(here, { subjectVersion: round })
    assert.equal((await there.sessions.listBySubject('u_1')).length, 1)
    assert.deepEqual((await there.sessions.find(record.id)).record, record)
    await here.sessions.raise({ of: 'subject', subject: 'u_1', raise: 'version' })
    assert.deepEqual(await there.sessions.listBySubject('u_1'), [])
    assert.equal((await there.sessions.find(record.id)).versions.subjectVersion, round + 1)
  }
})

test('after kill -9 in the middle of writing, everything acknowledged is there', async (t) => {
  const file = join(scratchFolder(t), 'auth.db')
  const acknowledged: string[] = []
  for (let kill = 0; kill < 5; kill++) {
    const writer = otherProcess(t, 'write', file)
    await writer.said(20)
    await sleep(Math.random() * 40)
    writer.child.kill('SIGKILL')
    await writer.ended
    acknowledged.push(...writer.lines())
  }
  const store = sqlite(file)
  t.after(() => store.close())
  await store.check()
  for (const id of acknowledged) {
    const { record } = await store.sessions.find(id)
    assert.deepEqual([record?.generation, record?.version], [1, 2], `${id} of ${acknowledged.length} was lost`)
  }
})
