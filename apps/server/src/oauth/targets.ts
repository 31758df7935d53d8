import type { ClientRecord } from 'hallpass'
import { OAuthError } from './errors.js'
import type { Form } from './form.js'

/**
 * The one audience that is asked for, by either name (RFC 8693: `audience`; RFC 8707: `resource`); by default the
 * client's only one. Errors: `invalid_target`.
 */
export function audienceOf(client: ClientRecord, form: Form): string {
  const [audience, resource] = [form.get('audience'), form.get('resource')]
  if (audience !== undefined && resource !== undefined && audience !== resource)
    throw new OAuthError('invalid_target', 'A token is for one audience.')
  const asked = audience ?? resource
  const [only, ...others] = client.audiences
  if (asked === undefined && others.length > 0)
    throw new OAuthError('invalid_target', 'Name one of the audiences of the client.')
  const target = asked ?? only
  if (target === undefined || !client.audiences.includes(target))
    throw new OAuthError('invalid_target', 'The audience is not one of those of the client.')
  return target
}

/** What is asked for; by default all that the client may. Errors: `invalid_scope`. */
export function scopeOf(client: ClientRecord, form: Form): readonly string[] {
  const asked = form.get('scope')?.split(' ')
  if (asked === undefined) return client.scopes
  if (!asked.every((scope) => client.scopes.includes(scope)))
    throw new OAuthError('invalid_scope', 'The scope is more than the client may ask for.')
  return [...new Set(asked)]
}
