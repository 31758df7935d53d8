import { HallpassError } from '../../core/errors.js'

/** The first word of what Redis answers when it refuses, where an operator can do something about it. */
const reasons: Readonly<Record<string, string>> = {
  BUSY: 'is busy with a script of somebody else',
  CLUSTERDOWN: 'cannot serve: part of the cluster is away',
  CROSSSLOT: 'is a cluster: connect with a cluster client',
  LOADING: 'is still loading its data',
  MASTERDOWN: 'is a replica that has lost its primary',
  MISCONF: 'refuses writes, because it cannot save to disk',
  MOVED: 'is part of a cluster: connect with a cluster client',
  NOAUTH: 'asks for a password',
  NOPERM: 'does not let this user use a command, key or channel that Hallpass needs',
  NOREPLICAS: 'refuses writes, because too few replicas follow it',
  OOM: 'has reached its maxmemory',
  READONLY: 'is a replica: only the primary takes writes',
  TRYAGAIN: 'is moving a slot to another server',
  WRONGPASS: 'refuses the password',
  WRONGTYPE: 'holds something of somebody else under a key of ours: give each application its own prefix',
}

/** The code of Redis's refusal, such as `NOSCRIPT`. Redis 6 wraps what a script ran into. */
export function codeOf(error: unknown): string | null {
  const { message } = error as { message?: unknown }
  if (typeof message !== 'string') return null
  const found = /^ERR Error running script .*?: -([A-Z]+) /.exec(message) ?? /^([A-Z]+) /.exec(message)
  return found?.[1] ?? null
}

/** What the client threw, as trouble with a reason for the operator that names nothing stored. */
export function trouble(error: unknown): HallpassError {
  if (error instanceof HallpassError) return error
  const code = codeOf(error)
  const reason = code !== null && Object.hasOwn(reasons, code) ? reasons[code]! : unreached(error)
  return new HallpassError('store-unavailable', { reason: `redis ${reason}`, cause: withoutCommand(error) })
}

/** Clients whose connection fails throw errors of many names; those of Redis itself begin with a code. */
function unreached(error: unknown): string {
  return codeOf(error) === null ? 'cannot be reached: see the cause' : 'failed: see the cause'
}

/** ioredis hangs the whole command, with all that it would have stored, on its errors. */
function withoutCommand(error: unknown): unknown {
  return error instanceof Error && 'command' in error ? new Error(error.message) : error
}
