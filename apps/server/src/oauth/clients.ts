import { randomBytes } from 'node:crypto'
import { type ClientRecord, type ClientStore, HallpassError } from 'hallpass'
import { ServerError } from '../errors.js'
import { drawSecret, mostSecrets, secretId } from './client-secret.js'

/** What an operator decides of a client. */
export type ClientSettings = Pick<ClientRecord, 'name' | 'grants' | 'audiences' | 'scopes' | 'keys'>

/** What is left out stays as it is. */
export type ClientChanges = { readonly [Name in keyof ClientSettings]?: ClientSettings[Name] | undefined } & {
  /** True: it gets no tokens any more. Those it has live on for a minute at most. */
  readonly disabled?: boolean | undefined
}

/** The secret in clear: nobody sees it again. */
export interface WithSecret {
  readonly client: ClientRecord
  readonly secret: string | null
}

export interface Clients {
  list(): Promise<readonly ClientRecord[]>
  /** Errors: `not-found`. */
  find(id: string): Promise<ClientRecord>
  /** A new client; with a secret unless it has keys. */
  create(settings: ClientSettings): Promise<WithSecret>
  /** Errors: `not-found`, `contended`. */
  change(id: string, changes: ClientChanges): Promise<ClientRecord>
  /** Erases it; again does no harm. */
  remove(id: string): Promise<void>
  /** One secret more, beside the one in use. Errors: `not-found`, `too-many-secrets`, `contended`. */
  addSecret(id: string): Promise<WithSecret>
  /** Errors: `not-found` (the client or the secret), `contended`. */
  removeSecret(id: string, secret: string): Promise<ClientRecord>
}

/** Never the form of an account's id: nobody may take a program for a person (RFC 9068, section 5). */
const idForm = /^c_[\w-]{22}$/

export function isClientId(text: string): boolean {
  return idForm.test(text)
}

export function createClients(store: ClientStore, now: () => number): Clients {
  const find = async (id: string): Promise<ClientRecord> => {
    const client = isClientId(id) ? await store.find(id) : null
    if (client === null) throw new HallpassError('not-found', { reason: 'no such client' })
    return client
  }

  const change = async (id: string, to: (client: ClientRecord) => ClientRecord): Promise<ClientRecord> => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const next = to(await find(id))
      if ((await store.replace(next)) === 'replaced') return next
    }
    throw new HallpassError('contended', { reason: `the client ${id} was changed by somebody else meanwhile` })
  }

  return {
    list: () => store.list(),
    find,

    async create(settings) {
      const drawn = settings.keys.length === 0 ? drawSecret() : null
      const id = `c_${randomBytes(16).toString('base64url')}`
      const secretHashes = drawn === null ? [] : [drawn.hash]
      const client = { id, ...settings, secretHashes, createdAt: now(), disabledAt: null, version: 1 }
      if ((await store.insert(client)) === 'taken') throw new HallpassError('contended', { reason: 'the id is taken' })
      return { client, secret: drawn?.secret ?? null }
    },

    change: (id, changes) =>
      change(id, (client) => ({
        ...client,
        name: changes.name ?? client.name,
        grants: changes.grants ?? client.grants,
        audiences: changes.audiences ?? client.audiences,
        scopes: changes.scopes ?? client.scopes,
        keys: changes.keys ?? client.keys,
        disabledAt: (changes.disabled ?? client.disabledAt !== null) ? (client.disabledAt ?? now()) : null,
      })),

    async remove(id) {
      if (isClientId(id)) await store.remove(id)
    },

    async addSecret(id) {
      const { secret, hash } = drawSecret()
      const client = await change(id, (client) => {
        if (client.secretHashes.length >= mostSecrets) throw new ServerError('too-many-secrets')
        return { ...client, secretHashes: [...client.secretHashes, hash] }
      })
      return { client, secret }
    },

    removeSecret: (id, secret) =>
      change(id, (client) => {
        const secretHashes = client.secretHashes.filter((hash) => secretId(hash) !== secret)
        if (secretHashes.length === client.secretHashes.length)
          throw new HallpassError('not-found', { reason: `the client ${id} has no such secret` })
        return { ...client, secretHashes }
      }),
  }
}
