import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Begun, type Hallpass, type Issued, type Store, hallpass } from 'hallpass'
import { memory } from 'hallpass/memory'
import { testApp } from 'hallpass/testing'
import { type Accounts, accounts } from '#src/accounts/accounts.js'
import type { Passwords } from '#src/accounts/passwords.js'

const email = 'anna@example.com'
const old = 'violet tram under seven'
const fresh = 'correct horse battery staple'

/** Something that happens once, just before or just after a step. */
interface Interruption {
  at: { readonly step: string; readonly side: 'before' | 'after' } | null
  happens(): Promise<void>
}

interface World {
  readonly auth: Hallpass
  readonly store: Store
  readonly accounts: Accounts
  readonly interruption: Interruption
  /** Every step that was taken, by name. */
  readonly steps: string[]
}

/** Hashing without the cost: these tests are about order. */
const plainPasswords: Passwords = {
  hash: async (password) => `hash of ${password}`,
  verify: async (hash, password) => hash === `hash of ${password}`,
}

function world(): World {
  const store = memory()
  const auth = hallpass({ issuer: 'http://localhost:7100', secret: 'q7Rw2kZp9XvLm4TbYc8NdHs3FgJu6AeKx1Vo5WiB', store })
  const interruption: Interruption = { at: null, happens: async () => undefined }
  const steps: string[] = []
  const stepped = <Port extends object>(port: Port, names: readonly (keyof Port & string)[]): Port =>
    interrupted(port, names, interruption, steps)
  const watched = accounts({
    store: stepped(store.accounts, ['findByEmail', 'find', 'replace']),
    auth: {
      ...stepped({ begin: (subject: string) => auth.begin(subject) }, ['begin']),
      subjects: stepped(auth.subjects, ['revoke']),
    },
    passwords: stepped(plainPasswords, ['verify', 'hash']),
    now: Date.now,
  })
  return { auth, store, accounts: watched, interruption, steps }
}

function interrupted<Port extends object>(
  port: Port,
  names: readonly (keyof Port & string)[],
  interruption: Interruption,
  steps: string[],
): Port {
  const reach = async (step: string, side: 'before' | 'after'): Promise<void> => {
    if (interruption.at?.step !== step || interruption.at.side !== side) return
    interruption.at = null
    await interruption.happens()
  }
  const wrapped = names.map((name) => {
    const method = port[name] as (...values: unknown[]) => Promise<unknown>
    return [
      name,
      async (...values: unknown[]) => {
        steps.push(name)
        await reach(name, 'before')
        const answer = await method.apply(port, values)
        await reach(name, 'after')
        return answer
      },
    ]
  })
  return { ...port, ...Object.fromEntries(wrapped) } as Port
}

const phone = testApp('Phone/1')
const laptop = testApp('Laptop/1')

async function signIn({ auth, accounts }: World, password: string, device = phone): Promise<Issued> {
  const { account, begun } = await accounts.signIn(email, password)
  return auth.signIn(device.view('POST', '/auth/sign-in'), account.id, { begun, amr: ['pwd'] })
}

function asking({ tokens }: Issued): ReturnType<typeof phone.view> {
  return phone.view('GET', '/', { headers: { authorization: `Bearer ${tokens?.sessionToken}` } })
}

async function isLive({ auth }: World, issued: Issued): Promise<boolean> {
  return (await auth.authenticate(asking(issued))).session !== null
}

/** What ends every session of an account. */
const endings: { readonly [what: string]: (world: World, id: string) => Promise<unknown> } = {
  'the password is changed': ({ auth, store }, id) => changeElsewhere(auth, store, id),
  'the subject version is raised': ({ auth }, id) => auth.subjects.revoke(id),
  'the account is disabled': ({ auth, store }, id) =>
    accounts({ store: store.accounts, auth, passwords: plainPasswords, now: Date.now }).disable(id),
}

async function changeElsewhere(auth: Hallpass, store: Store, id: string): Promise<void> {
  const elsewhere = accounts({ store: store.accounts, auth, passwords: plainPasswords, now: Date.now })
  const session = await auth.signIn(laptop.view('POST', '/auth/sign-in'), id)
  const { receipt } = await elsewhere.changePassword(id, { current: old, next: fresh }, (begun) =>
    auth.stepUp(asking(session), { begun, amr: ['pwd'], endOthers: true }),
  )
  assert.equal(receipt?.target, id)
}

const signInSteps = ['findByEmail', 'begin', 'find', 'verify'] as const

for (const [what, ending] of Object.entries(endings)) {
  for (const step of signInSteps) {
    for (const side of ['before', 'after'] as const) {
      test(`a sign-in with the old password, ${what} ${side} its ${step}: no session of it lives`, async () => {
        const there = world()
        const { id } = await there.accounts.signUp(email, old)
        const older = await signIn(there, old)
        let happened = false
        there.interruption.happens = async () => {
          await ending(there, id)
          happened = true
        }
        there.interruption.at = { step, side }
        const passwordStillRight = what === 'the subject version is raised'
        const beganAfter = ['findByEmail before', 'findByEmail after', 'begin before'].includes(`${step} ${side}`)
        if (passwordStillRight && beganAfter) {
          // all of it that counts happened after the revocation: an ordinary sign-in
          assert.equal(await isLive(there, await signIn(there, old)), true)
        } else {
          await assert.rejects(signIn(there, old), ({ code }) =>
            ['superseded', 'wrong-credentials', 'account-disabled'].includes(code),
          )
        }
        assert.equal(happened, true)
        assert.equal(await isLive(there, older), false)
      })
    }
  }
}

test('a sign-in whose credentials were checked is refused when they are changed before it is concluded', async () => {
  for (const [what, ending] of Object.entries(endings)) {
    const there = world()
    const { id } = await there.accounts.signUp(email, old)
    const { begun } = await there.accounts.signIn(email, old)
    await ending(there, id)
    await assert.rejects(
      there.auth.signIn(phone.view('POST', '/auth/sign-in'), id, { begun }),
      { code: 'superseded' },
      what,
    )
  }
})

const changeSteps = ['begin', 'find', 'verify', 'hash', 'replace'] as const

for (const step of changeSteps) {
  for (const side of ['before', 'after'] as const) {
    test(`a whole sign-in with the old password ${side} the ${step} of a password change: no session of it lives`, async () => {
      const there = world()
      const { id } = await there.accounts.signUp(email, old)
      const current = await signIn(there, old, laptop)
      let intruder: Issued | null = null
      there.interruption.happens = async () => {
        intruder = await signIn(there, old).catch(() => null)
      }
      there.interruption.at = { step, side }
      const changed = await there.accounts.changePassword(id, { current: old, next: fresh }, (begun) =>
        there.auth.stepUp(asking(current), { begun, amr: ['pwd'], endOthers: true }),
      )
      assert.equal(there.interruption.at, null)
      assert.equal(await isLive(there, changed), true)
      assert.equal(changed.session.id, current.session.id)
      assert.equal(await isLive(there, current), false, 'the secret before the change')
      if (step !== 'replace' || side === 'before') assert.ok(intruder)
      if (intruder !== null) assert.equal(await isLive(there, intruder), false)
    })
  }
}

test('all sessions end where a password change could not end the others', async () => {
  const there = world()
  const { id } = await there.accounts.signUp(email, old)
  const [one, other] = [await signIn(there, old, laptop), await signIn(there, old)]
  await assert.rejects(
    there.accounts.changePassword(id, { current: old, next: fresh }, () =>
      Promise.reject(new Error('the session was ended')),
    ),
    /the session was ended/,
  )
  assert.deepEqual([await isLive(there, one), await isLive(there, other)], [false, false])
  await assert.rejects(there.accounts.signIn(email, old), { code: 'wrong-credentials' })
  await signIn(there, fresh)
})

test('a sign-in with the old password between another log-out everywhere and the change does not live', async () => {
  const there = world()
  const { id } = await there.accounts.signUp(email, old)
  const current = await signIn(there, old, laptop)
  let checked: Begun | null = null
  there.interruption.happens = async () => {
    await there.auth.subjects.revoke(id)
    checked = (await there.accounts.signIn(email, old)).begun
  }
  there.interruption.at = { step: 'hash', side: 'after' }
  const changing = there.accounts.changePassword(id, { current: old, next: fresh }, (begun) =>
    there.auth.stepUp(asking(current), { begun, endOthers: true }),
  )
  await assert.rejects(changing)
  assert.ok(checked)
  const concluding = there.auth.signIn(phone.view('POST', '/auth/sign-in'), id, { begun: checked })
  await assert.rejects(concluding, { code: 'superseded' })
})

test('a process that dies between the new password and the end of the sessions: the same change again ends them', async () => {
  const there = world()
  const { id } = await there.accounts.signUp(email, old)
  const [current, other] = [await signIn(there, old, laptop), await signIn(there, old)]
  const dying = new Promise<never>(() => undefined)
  const died = there.accounts.changePassword(id, { current: old, next: fresh }, () => dying)
  const inForce = new Promise<void>((resolve) => setTimeout(resolve, 20))
  await Promise.race([died, inForce])

  await assert.rejects(there.accounts.signIn(email, old), { code: 'wrong-credentials' })
  assert.equal(await isLive(there, other), true, 'as the documentation admits')

  const again = await there.accounts.changePassword(id, { current: old, next: fresh }, (begun) =>
    there.auth.stepUp(asking(current), { begun, endOthers: true }),
  )
  assert.deepEqual([await isLive(there, again), await isLive(there, other)], [true, false])
})

test('of two password changes at once one succeeds, and its password is in force', async () => {
  const there = world()
  const { id } = await there.accounts.signUp(email, old)
  const change = (next: string): Promise<string> =>
    there.accounts.changePassword(id, { current: old, next }, async () => next)
  const results = await Promise.allSettled([change(fresh), change('seven purple bicycles sing')])
  const won = results.filter((result) => result.status === 'fulfilled')
  assert.equal(won.length, 1)
  await there.accounts.signIn(email, won[0]?.value ?? '')
})

test('a wrong current password changes nothing', async () => {
  const there = world()
  const { id } = await there.accounts.signUp(email, old)
  const current = await signIn(there, old)
  const before = await there.store.accounts.find(id)
  await assert.rejects(
    there.accounts.changePassword(id, { current: 'wrong', next: fresh }, () => assert.fail()),
    { code: 'wrong-credentials' },
  )
  await assert.rejects(
    there.accounts.changePassword(id, { current: old, next: 'password1' }, () => assert.fail()),
    { code: 'bad-request' },
  )
  assert.deepEqual(await there.store.accounts.find(id), before)
  assert.equal(await isLive(there, current), true)
})

test('P01: signing in to an unknown address takes the same steps as to a known one, and the answer is the same', async () => {
  const there = world()
  await there.accounts.signUp(email, old)
  const taken = async (address: string): Promise<readonly string[]> => {
    there.steps.length = 0
    await assert.rejects(there.accounts.signIn(address, 'wrong'), {
      code: 'wrong-credentials',
      message: 'The email or the password is wrong',
    })
    return [...there.steps]
  }
  assert.deepEqual(await taken('nobody@example.com'), await taken(email))
})

test('a disabled account tells so only to who knows its password, and enabling it lets its owner in again', async () => {
  const there = world()
  const { id } = await there.accounts.signUp(email, old)
  const session = await signIn(there, old)
  await there.accounts.disable(id)
  assert.equal(await isLive(there, session), false)
  await assert.rejects(there.accounts.signIn(email, 'wrong'), { code: 'wrong-credentials' })
  await assert.rejects(there.accounts.signIn(email, old), { code: 'account-disabled' })
  await assert.rejects(there.accounts.confirm(id, old), { code: 'account-disabled' })
  await there.accounts.enable(id)
  assert.equal(await isLive(there, session), false)
  assert.equal(await isLive(there, await signIn(there, old)), true)
})

test('disabling again ends the sessions again, so that an attempt that died halfway can be repeated', async () => {
  const there = world()
  const { id } = await there.accounts.signUp(email, old)
  const session = await signIn(there, old)
  const account = await there.store.accounts.find(id)
  assert.ok(account)
  assert.equal(await there.store.accounts.replace({ ...account, disabledAt: 1 }), 'replaced')
  await there.accounts.disable(id)
  assert.equal((await there.store.accounts.find(id))?.disabledAt, 1)
  assert.equal(await isLive(there, session), false)
})

test('of many sign-ups to one mailbox exactly one succeeds, and ids are 128 random bits', async () => {
  const there = world()
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => there.accounts.signUp(email, old)))
  const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  assert.equal(won.length, 1)
  assert.match(won[0]?.id ?? '', /^u_[A-Za-z0-9_-]{22}$/)
})

test('an account that is not there cannot be disabled', async () => {
  await assert.rejects(world().accounts.disable('u_missing'), { code: 'not-found' })
})
