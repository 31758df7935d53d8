import { randomBytes } from 'node:crypto'
import { type AccountRecord, type AccountStore, type Begun, type Hallpass, HallpassError, type Mistake } from 'hallpass'
import { ServerError, badRequest } from '../errors.js'
import { passwordMistake } from './password-rules.js'
import type { Passwords } from './passwords.js'

export interface Accounts {
  /** The account of a subject. Errors: `not-found` for a subject that signs in by other means. */
  find(id: string): Promise<AccountRecord>
  /** Errors: `bad-request` for a weak password, `email-taken`, `contended`. */
  signUp(email: string, password: string): Promise<AccountRecord>
  /** Whose email and password these are, and what to hand to `signIn`. Errors: `wrong-credentials`, `account-disabled`. */
  signIn(email: string, password: string): Promise<Proven>
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

export interface Proven {
  readonly account: AccountRecord
  readonly begun: Begun
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

  /** The account whose password this is, and its subject's counters from before its record was read. */
  async function proven(id: string, password: string, field?: string): Promise<Proven> {
    const begun = await auth.begin(id)
    const account = await store.find(id)
    const right = await passwords.verify(account?.passwordHash ?? null, password)
    if (account === null || !right) throw wrong(field)
    return { begun, account: enabled(account) }
  }

  async function change(id: string, to: (account: AccountRecord) => AccountRecord): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if ((await store.replace(to(await accountOf(store, id)))) === 'replaced') return
    }
    throw contended(id)
  }

  return {
    find: (id) => accountOf(store, id),

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
      return proven(claimed?.id ?? nobody, password)
    },

    confirm: async (id, password) => (await proven(id, password, 'password')).begun,

    async changePassword(id, { current, next }, conclude) {
      const begun = await auth.begin(id)
      const account = await store.find(id)
      const hash = account?.passwordHash ?? null
      const right = await passwords.verify(hash, current)
      const repeated = !right && (await passwords.verify(hash, next))
      if (account === null || !(right || repeated)) throw wrong('currentPassword')
      refuse(passwordMistake('newPassword', next, enabled(account).email))
      if (right) {
        const changed = { ...account, passwordHash: await passwords.hash(next) }
        if ((await store.replace(changed)) === 'conflict') throw contended(id)
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

async function accountOf(store: AccountStore, id: string): Promise<AccountRecord> {
  const account = await store.find(id)
  if (account === null) throw new HallpassError('not-found', { reason: `no account ${id}` })
  return account
}

/** Told only to whoever knew the password. */
function enabled(account: AccountRecord): AccountRecord {
  if (account.disabledAt !== null) throw new ServerError('account-disabled')
  return account
}

function refuse(mistake: Mistake | null): void {
  if (mistake !== null) throw badRequest([mistake])
}

const taken = { field: 'email', problem: 'has an account already.', remedy: 'Sign in instead.' }

/** Names the field where the caller is signed in; a sign-in must not tell which of the two was wrong. */
function wrong(field?: string): ServerError {
  const mistake = { problem: 'is not the password of this account.', remedy: 'Check it and try again.' }
  return new ServerError('wrong-credentials', field === undefined ? [] : [{ field, ...mistake }])
}

function contended(id: string): HallpassError {
  return new HallpassError('contended', { reason: `the account ${id} was changed by somebody else meanwhile` })
}
