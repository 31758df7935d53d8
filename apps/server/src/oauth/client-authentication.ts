import type { ClientRecord, ClientStore } from 'hallpass'
import { assertedClientId, type AssertionJudge, assertionType } from './client-assertion.js'
import { isSecretOf } from './client-secret.js'
import { isClientId } from './clients.js'
import { OAuthError } from './errors.js'
import { type Form, formDecoded } from './form.js'

/** Who asks: the client that proved itself, or null where nobody tried to. Errors: `invalid_client`, `invalid_request`. */
export type ClientAuthentication = (authorization: string | undefined, form: Form) => Promise<ClientRecord | null>

/** In place of a client that does not exist, so that a secret is compared as long for it as for one that does. */
const nobody: ClientRecord = {
  id: 'c_AAAAAAAAAAAAAAAAAAAAAA',
  name: '',
  secretHashes: [],
  keys: [],
  grants: [],
  audiences: [],
  scopes: [],
  createdAt: 0,
  disabledAt: 0,
  version: 0,
}

/**
 * `client_secret_basic` (RFC 6749, section 2.3.1) and `private_key_jwt` (RFC 7523), one at a time. A secret in the body
 * is not taken: bodies are logged by more programs than headers are.
 */
export function clientAuthentication(store: ClientStore, isAuthentic: AssertionJudge): ClientAuthentication {
  const claimed = async (id: string): Promise<ClientRecord> => {
    // asked for in any case; what cannot be an id of ours might be trouble to the store
    return (await store.find(isClientId(id) ? id : nobody.id)) ?? nobody
  }

  const bySecret = async (authorization: string, form: Form): Promise<ClientRecord> => {
    const { id, secret } = basicCredentials(authorization)
    refuseAnotherId(form, id)
    const client = await claimed(id)
    if (!isSecretOf(client.secretHashes, secret)) throw refused(client, 'the secret is not one of its own')
    return enabled(client)
  }

  const byAssertion = async (form: Form): Promise<ClientRecord> => {
    const assertion = form.get('client_assertion') ?? ''
    if (form.get('client_assertion_type') !== assertionType)
      throw new OAuthError('invalid_request', 'The client_assertion_type is not one that this server takes.')
    const id = assertedClientId(assertion) ?? nobody.id
    refuseAnotherId(form, id)
    const client = await claimed(id)
    const judged = await isAuthentic(assertion, client)
    if (!judged.ok) throw refused(client, judged.reason)
    return enabled(client)
  }

  return async (authorization, form) => {
    const ways = [authorization !== undefined, form.has('client_secret'), hasAssertion(form)]
    if (ways.filter(Boolean).length > 1)
      throw new OAuthError('invalid_request', 'Authenticate the client in one way only.')
    if (authorization !== undefined) return bySecret(authorization, form)
    if (hasAssertion(form)) return byAssertion(form)
    if (form.has('client_secret')) throw failed('a secret in the body')
    return null
  }
}

export function proven(client: ClientRecord | null): ClientRecord {
  if (client === null) throw failed('nothing that authenticates a client')
  return client
}

function hasAssertion(form: Form): boolean {
  return form.has('client_assertion') || form.has('client_assertion_type')
}

function basicCredentials(authorization: string): { readonly id: string; readonly secret: string } {
  const [, encoded = ''] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? []
  const bytes = Buffer.from(encoded, 'base64')
  const text = bytes.toString('utf8')
  const colon = text.indexOf(':')
  const [id, secret] = [formDecoded(text.slice(0, colon)), formDecoded(text.slice(colon + 1))]
  if (encoded === '' || bytes.toString('base64') !== encoded || colon < 1 || id === null || secret === null)
    throw failed('no Basic credentials in their one spelling')
  return { id, secret }
}

/** Decided by the request alone. */
function refuseAnotherId(form: Form, id: string): void {
  if (form.has('client_id') && form.get('client_id') !== id)
    throw new OAuthError('invalid_request', 'The client_id is not that of the client that authenticates.')
}

function enabled(client: ClientRecord): ClientRecord {
  if (client.disabledAt !== null) throw refused(client, 'it is disabled')
  return client
}

/** The log names a client that exists, and never what was sent in place of its id: that may be a secret. */
function refused(client: ClientRecord, reason: string): OAuthError {
  return failed(client === nobody ? 'no such client' : `client ${client.id}: ${reason}`)
}

/** One answer, whatever was wrong: it does not tell whether there is such a client. */
function failed(reason: string): OAuthError {
  return new OAuthError('invalid_client', 'The client could not be authenticated.', { reason })
}
