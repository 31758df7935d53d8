export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string
  /** `attention`: it works, but should be mended before people rely on it. */
  readonly verdict: 'good' | 'attention' | 'bad'
  readonly sentence: string
  /** What to do; null where there is nothing to do. */
  readonly remedy: string | null
}

export function good(check: string, sentence: string): Finding {
  return { check, verdict: 'good', sentence, remedy: null }
}
