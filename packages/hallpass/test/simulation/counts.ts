/** What a run tells of itself. */
export interface Counts {
  checks: number
  accepted: number
  /** By what was answered: `ended`, `invalid`, `expired`, `stale`, `trouble`. */
  readonly refused: Record<string, number>
  revokes: number
  revokesFailed: number
  /** Refusals of live sessions where nothing went wrong. */
  falseRefusals: number
  residual: number
  /** The longest revocation as a share of its bound, and in milliseconds. */
  longestRevoke: number
  nearestToBound: number
}

export function noCounts(): Counts {
  return {
    ...{ checks: 0, accepted: 0, refused: {}, revokes: 0, revokesFailed: 0, falseRefusals: 0, residual: 0 },
    ...{ longestRevoke: 0, nearestToBound: 0 },
  }
}

export function add(sum: Counts, more: Counts): void {
  for (const name of ['checks', 'accepted', 'revokes', 'revokesFailed', 'falseRefusals', 'residual'] as const) {
    sum[name] += more[name]
  }
  for (const [reason, count] of Object.entries(more.refused)) sum.refused[reason] = (sum.refused[reason] ?? 0) + count
  sum.longestRevoke = Math.max(sum.longestRevoke, more.longestRevoke)
  sum.nearestToBound = Math.max(sum.nearestToBound, more.nearestToBound)
}
