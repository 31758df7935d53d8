import type { UpstreamToken, UpstreamTokenOptions } from '../core/upstream.js'
import { readSegment } from '../keys/compact.js'
import { deepFrozen } from '../keys/verification.js'
import type { Live } from './authenticate.js'
import type { Engine } from './engine.js'
import { mintTokenOfSession, newTokenId } from './minting.js'
import type { KeptToken } from './session-cache.js'

/** Tokens kept for one session; the one minted first makes room. Nothing but a configuration names that many backends. */
const mostKept = 16

/**
 * A token for one backend that says whose session it is. The same one is handed out for half its life, as long as
 * memory may be trusted to know of all that would change it.
 */
export function upstreamToken(
  engine: Engine,
  live: Live,
  { audience, ttl }: Required<UpstreamTokenOptions>,
): Promise<UpstreamToken> {
  const { cached } = live
  const mayKeep = live.lastKnownGood || engine.holder?.holds() === true
  if (cached === null || !mayKeep) return mint(engine, live, audience, ttl).token

  const asked = `${ttl} ${audience}`
  const tokens = (cached.upstreamTokens ??= new Map<string, KeptToken>())
  const kept = tokens.get(asked)
  if (kept !== undefined && isYoung(engine, kept)) return kept.token

  const minted = mint(engine, live, audience, ttl)
  // Last in the order, and there before it is signed: whoever asks meanwhile waits for the same one.
  tokens.delete(asked)
  tokens.set(asked, minted)
  if (tokens.size > mostKept) tokens.delete(tokens.keys().next().value!)
  minted.token.catch(() => tokens.get(asked) === minted && tokens.delete(asked))
  return minted.token
}

function isYoung({ runtime, view }: Engine, { from, until, tokenId }: KeptToken): boolean {
  const now = runtime.now()
  // A clock that was set back would make it a token from the future.
  return from <= now && now < until && !view.revokesToken(tokenId)
}

function mint(engine: Engine, live: Live, audience: string, ttl: number): KeptToken {
  const { startedAt: from, record, lastKnownGood } = live
  const expiresAt = from + ttl * 1000
  const until = (from + Math.min(expiresAt, record.absoluteExpiresAt)) / 2
  const tokenId = newTokenId(engine)
  const minted = mintTokenOfSession(engine, live, { audience, expiresAt, tokenId, lastKnownGood })
  return { tokenId, from, until, token: minted.then(asItStands) }
}

/** What is handed out says what stands in the token, whatever the application's claims were before that was written. */
function asItStands({ token, expiresAt }: Omit<UpstreamToken, 'claims'>): UpstreamToken {
  const read = readSegment(token.split('.', 2)[1]!)
  if (!read.ok) throw new Error(`the payload just signed ${read.reason}`)
  // The same claims answer many requests.
  return { token, claims: deepFrozen(read.object as UpstreamToken['claims']), expiresAt }
}
