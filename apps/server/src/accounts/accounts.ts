import { randomBytes } from 'node:crypto'
import {
  type AccountRecord,
  type AccountStore,
  type Begun,
  type Device,
  type Hallpass,
  HallpassError,
  type Mistake,
  type Receipt,
} from 'hallpass'
import type { ServerEvent } from '../audit/server-event.js'
import { ServerError, badRequest } from '../errors.js'
import { passwordMistake } from './password-rules.js'
import type { Passwords } from './passwords.js'

export interface Accounts {
  /** The account of a subject. Errors: `not-found` for a subject that signs in by other means. */
  find(id: string): Promise<AccountRecord>
  /** Errors: `bad-request` for a weak password, `email-taken`, `contended`. */
  signUp(email: string, password: string): Promise<AccountRecord>
  /**
   * Whose email and password these are, and what to hand to `signIn`. `from`: who tries, for whoever reads of it.
   * Errors: `wrong-credentials`, `account-disabled`.
   */
  signIn(email: string, password: string, from?: Device): Promise<Proven>
  /** Whether this is still the password of somebody signed in; answers what to hand to `stepUp`. Errors: the same. */
  confirm(id: string, password: string, from?: Device): Promise<Begun>
  /**
   * Puts a new password in force, then `conclude`s: that is where every other session ends. Where it fails, every
   * session ends. Errors: `bad-request`, `wrong-credentials`, `account-disabled`, `contended`.
   */
  changePassword<Value>(
    id: string,
    change: PasswordChange,
    conclude: (begun: Begun) => Promise<Value>,
    from?: Device,
  ): Promise<Value>
  /** Nobody signs in to it any more, and every session of it has ended when this resolves. Again does it again. */
  disable(id: string): Promise<Receipt>
  /** Lets its owner sign in again; sessions that ended stay ended. */
  enable(id: string): Promise<void>
  /** Puts other roles in the place of those it has: every access token of it is stale at once. Errors: `not-found`, `contended`. */
  setRoles(id: string, roles: readonly string[]): Promise<void>
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
  /** Hears what happens to accounts. */
  readonly tell?: (event: ServerEvent) => void
}

const deaf = (): void => undefined

/** Where nobody says who tries. */
const unknown: Device = { name: null, userAgent: null, network: null }

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
  const { store, auth, passwords, now, tell = deaf } = parts

  /** The account whose password this is, and its subject's counters from before its record was read. */
  async function proven(id: string, password: string, device: Device, field?: string): Promise<Proven> {
    const begun = await auth.begin(id)
    const account = await store.find(id)
    const right = await passwords.verify(account?.passwordHash ?? null, password)
    if (account !== null && right) return { begun, account: enabled(account) }
    if (account !== null) failed(id, field === undefined ? 'sign-in' : 'step-up', device)
    throw wrong(field)
  }

  function failed(subject: string, during: 'sign-in' | 'step-up' | 'password-change', device: Device): void {
    tell({ type: 'sign-in-failed', at: now(), subject, during, device })
  }

  return {
    find: (id) => accountOf(store, id),

    async signUp(email, password) {
      refuse(passwordMistake('password', password, email))
      const passwordHash = await passwords.hash(password)
      const id = `u_${randomBytes(16).toString('base64url')}`
      const account = { id, email, passwordHash, createdAt: now(), disabledAt: null, roles: [], version: 1 }
      if ((await store.insert(account)) === 'taken') throw new ServerError('email-taken', [taken])
      return account
    },

    async signIn(email, password, from = unknown) {
      const claimed = await store.findByEmail(email)
      return proven(claimed?.id ?? nobody, password, from)
    },

    confirm: async (id, password, from = unknown) => (await proven(id, password, from, 'password')).begun,

    async changePassword(id, { current, next }, conclude, from = unknown) {
      const begun = await auth.begin(id)
      const account = await store.find(id)
      const hash = account?.passwordHash ?? null
      const right = await passwords.verify(hash, current)
      const repeated = !right && (await passwords.verify(hash, next))
      if (account === null) throw wrong('currentPassword')
      if (!right && !repeated) {
        failed(id, 'password-change', from)
        throw wrong('currentPassword')
      }
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

    ...changes(parts),
  }
}

/** What operators do to an account. */
function changes({ store, auth, now, tell = deaf }: AccountsParts): Pick<Accounts, 'disable' | 'enable' | 'setRoles'> {
  async function change(id: string, to: (account: AccountRecord) => AccountRecord): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if ((await store.replace(to(await accountOf(store, id)))) === 'replaced') return
    }
    throw contended(id)
  }

  return {
    async disable(id) {
      await change(id, (account) => ({ ...account, disabledAt: account.disabledAt ?? now() }))
      tell({ type: 'account-disabled', at: now(), subject: id })
      return auth.subjects.revoke(id)
    },

    async enable(id) {
      await change(id, (account) => ({ ...account, disabledAt: null }))
      tell({ type: 'account-enabled', at: now(), subject: id })
    },

    async setRoles(id, roles) {
      await change(id, (account) => ({ ...account, roles }))
      tell({ type: 'roles-changed', at: now(), subject: id, roles })
      await auth.subjects.changed(id)
    },
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
