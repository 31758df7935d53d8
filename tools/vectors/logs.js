// Snapshots of the revocation log, and what they tell against tokens.
const identity = 'log-of-the-test-vectors'

/** Entries without gaps, each linked to the one before. */
function snapshot(news) {
  const entries = []
  for (const about of news) {
    const { id: previous = identity, sequence = 0 } = entries.at(-1) ?? {}
    const nothing = { target: null, counter: null, kept: null, because: null }
    entries.push({ sequence: sequence + 1, id: `entry-${sequence + 1}`, previous, ...nothing, ...about })
  }
  return { identity, start: { sequence: 0, id: identity }, entries }
}

export const logs = {
  quiet: snapshot([]),
  busy: snapshot([
    { kind: 'session', target: 's_ended', because: 'signed-out' },
    { kind: 'session', target: 's_stepped_up', counter: 4 },
    { kind: 'subject', target: 'u_everywhere', counter: 1 },
    { kind: 'subject', target: 'u_others', counter: 2, kept: 's_kept' },
    { kind: 'changed', target: 'u_promoted', counter: 3 },
    { kind: 'changed', target: 's_with_new_data' },
    { kind: 'token', target: 't_revoked' },
    { kind: 'session', target: 's_ended_later', because: 'revoked' },
  ]),
  'key revoked': snapshot([{ kind: 'key', target: 'key-of-EdDSA' }, { kind: 'key' }]),
  everything: snapshot([{ kind: 'everything', counter: 1 }]),
}

const session = { sid: 's_1', gen: 0, sv: 0, dv: 0, sc: 0, cc: 0, auth_time: 1_799_999_940, amr: ['pwd'] }
const told = (name, claims, verdict, log = 'busy') => ({ name, claims: { ...session, ...claims }, log, verdict })

export const tokensOfSessions = [
  told('a session of which nothing is told', {}, 'ok'),
  told('a log without entries', { sid: 's_ended' }, 'ok', 'quiet'),
  told('a session that was signed out', { sid: 's_ended' }, 'ended'),
  told('a session that ended in the last entry', { sid: 's_ended_later' }, 'ended'),
  told('a session whose secret was replaced since', { sid: 's_stepped_up', gen: 3 }, 'ended'),
  told('a session since its secret was replaced', { sid: 's_stepped_up', gen: 4 }, 'ok'),
  told('a subject that was signed out everywhere', { sub: 'u_everywhere' }, 'ended'),
  told('a subject that signed in again', { sub: 'u_everywhere', sv: 1 }, 'ok'),
  told('the others of a subject', { sub: 'u_others', sv: 1 }, 'ended'),
  told('the one session that was kept', { sub: 'u_others', sv: 1, sid: 's_kept' }, 'stale'),
  told('the one session that was kept, refreshed', { sub: 'u_others', sv: 2, sid: 's_kept' }, 'ok'),
  told('a subject that changed', { sub: 'u_promoted', sc: 2 }, 'stale'),
  told('a subject since it changed', { sub: 'u_promoted', sc: 3 }, 'ok'),
  told('a session whose data changed', { sid: 's_with_new_data' }, 'ok'),
  told('a token that was revoked by itself', { jti: 't_revoked' }, 'ended'),
  told('everything was revoked', {}, 'ended', 'everything'),
  told('a session begun after everything was revoked', { dv: 1 }, 'ok', 'everything'),
  { name: 'a service token that was revoked', claims: { jti: 't_revoked' }, log: 'busy', verdict: 'ended' },
  { name: 'a service token, whatever its subject', claims: { sub: 'u_everywhere' }, log: 'busy', verdict: 'ok' },
]
