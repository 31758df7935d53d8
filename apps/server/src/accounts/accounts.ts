import { randomBytes } from 'node:crypto'
import { type AccountRecord, type AccountStore, type Begun, type Hallpass, HallpassError } from 'hallpass'
import { ServerError, badRequest } from '../errors.js'
import { passwordMistake } from './password-rules.js'
import type { Passwords } from './passwords.js'

export interface Accounts {
  /** Errors: `bad-request` for a weak password, `email-taken`, `contended`. */
  signUp(email: string, password: string): Promise<AccountRecord>
  /** Whose email and password these are, and what to hand to `signIn`. Errors: `wrong-credentials`, `account-disabled`. */
  signIn(email: string, password: string): Promise<{ readonly account: AccountRecord; readonly begun: Begun }>
  /** Whether this is still the password of somebody signed in; answers what to hand to `stepUp`. Errors: the same. */
  confirm(id: string, password: string): Promise<Begun>
  /**
   * Puts a new password in force, then `conclude`s: that is where every other session ends. Where it fails, every
   * session ends. Errors: `bad-request`, `wrong-credentials`, `account-disabled`, `contended`.
   */
  changePassword<Value>(id: string, change: PasswordChange, conclude: (begun: Begun) => Promise<Value>): Promise<Value>
  /** Nobody signs in to it any more, and every session of it has ended when this resolves. Again does it again. */
  disable(id: string): Promise<void>
  /** Lets its owner sign in again; sessions that ended stay ended. */
  enable(id: string): Promise<void>
}

export interface PasswordChange {
  readonly current: string
  readonly next: string
}

export interface AccountsParts {
  readonly store: AccountStore
  readonly auth: Pick<Hallpass, 'begin' | 'subjects'>
  readonly passwords: Passwords
  readonly now: () => number
}

/** An id that no account has, so that signing in to an unknown address takes the same steps as to a known one. */
const nobody = 'u_nobody'

/**
 * Two orders keep a stolen password from outliving its change.
 *
 * Signing in asks for the subject's counters (`begin`) before it reads the record whose hash it checks. So a change
 * that this record does not show yet is shown by the counters: the sign-in is `superseded`.
 *
 * A change writes the new hash first and ends the sessions after it. The other way round, a sign-in with the old
 * password between the two would survive. A process that dies between the two leaves the new password in force and
 * the older sessions alive, and has told nobody that it succeeded. The same change sent again heals it: whoever
 * names the password now in force as the new one has proved as much as with the current one, and the sessions end.
 */
export function accounts(parts: AccountsParts): Accounts {
  const { store, auth, passwords, now } = parts

  /** The record as it stands after its subject's counters were asked for. */
  async function read(id: string): Promise<{ readonly begun: Begun; readonly account: AccountRecord | null }> {
    const begun = await auth.begin(id)
    return { begun, account: await store.find(id) }
  }

  async function change(id: string, to: (account: AccountRecord) => AccountRecord): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const account = await store.find(id)
      if (account === null) throw new HallpassError('not-found', { reason: `no account ${id}` })
      if ((await store.replace(to(account))) === 'replaced') return
    }
    throw new HallpassError('contended', { reason: `the account ${id} changed again and again` })
  }

  return {
    async signUp(email, password) {
      refuse(passwordMistake('password', password, email))
      const passwordHash = await passwords.hash(password)
      const id = `u_${randomBytes(16).toString('base64url')}`
      const account = { id, email, passwordHash, createdAt: now(), disabledAt: null, version: 1 }
      if ((await store.insert(account)) === 'taken') throw new ServerError('email-taken', [taken])
      return account
    },

    async signIn(email, password) {
      const claimed = await store.findByEmail(email)
      const { begun, account } = await read(claimed?.id ?? nobody)
      const right = await passwords.verify(account?.passwordHash ?? null, password)
      if (account === null || !right) throw new ServerError('wrong-credentials')
      return { account: enabled(account), begun }
    },

    async confirm(id, password) {
      const { begun, account } = await read(id)
      const right = await passwords.verify(account?.passwordHash ?? null, password)
      if (account === null || !right) throw new ServerError('wrong-credentials', [wrong('password')])
      enabled(account)
      return begun
    },

    async changePassword(id, { current, next }, conclude) {
      const { begun, account } = await read(id)
      const hash = account?.passwordHash ?? null
      const right = await passwords.verify(hash, current)
      const repeated = !right && (await passwords.verify(hash, next))
      if (account === null || !(right || repeated))
        throw new ServerError('wrong-credentials', [wrong('currentPassword')])
      refuse(passwordMistake('newPassword', next, enabled(account).email))
      if (right) {
        const changed = { ...account, passwordHash: await passwords.hash(next) }
        if ((await store.replace(changed)) === 'conflict')
          throw new HallpassError('contended', { reason: 'two changes' })
      }
      try {
        return await conclude(begun)
      } catch (error) {
        // the new password is in force: whatever kept this session from going on must not keep the others alive
        await auth.subjects.revoke(id)
        throw error
      }
    },

    async disable(id) {
      await change(id, (account) => ({ ...account, disabledAt: account.disabledAt ?? now() }))
      await auth.subjects.revoke(id)
    },

    enable: (id) => change(id, (account) => ({ ...account, disabledAt: null })),
  }
}

/** Told only to whoever knew the password. */
function enabled(account: AccountRecord): AccountRecord {
  if (account.disabledAt !== null) throw new ServerError('account-disabled')
  return account
}

function refuse(mistake: ReturnType<typeof passwordMistake>): void {
  if (mistake !== null) throw badRequest([mistake])
}

const taken = { field: 'email', problem: 'has an account already.', remedy: 'Sign in instead.' }

function wrong(field: string): { field: string; problem: string; remedy: string } {
  return { field, problem: 'is not the password of this account.', remedy: 'Check it and try again.' }
}
