import { expiresAt } from '../../core/session.js'
import { sessionTokenOf } from '../chain.js'
import { ownLifetime, type Strategy } from './strategy.js'

/** An opaque session token, judged against the record. */
export const session: Strategy = {
  name: 'session',
  reads: ['session', 'access'],
  lifetime: ownLifetime,
  endsWithin: () => null,
  async issue(parts, { record }) {
    return { sessionToken: await sessionTokenOf(parts, record), expiresAt: expiresAt(record) }
  },
}
