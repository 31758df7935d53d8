/**
 * What a revocation brought about, in one sentence: how many instances said that they know, how many did not answer and
 * were waited for, and how long it took.
 */
export function tellReceipt(milliseconds: number, acknowledged: number, waitedOut: number): string {
  return `${endedOn(acknowledged, acknowledged + waitedOut)} in ${tellDuration(milliseconds)}.`
}

/** An instance that holds no lease asks the store at every check: with none to tell, it has happened all the same. */
function endedOn(acknowledged: number, all: number): string {
  if (all === 0) return 'Ended'
  if (all === 1 && acknowledged === 1) return 'Ended on this server'
  return acknowledged === all
    ? `Ended on ${acknowledged} of ${all} servers`
    : `Ended on ${acknowledged} of ${all} servers, and by waiting for the rest,`
}

/** Such as "4 ms" or "2.5 s". */
export function tellDuration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}
