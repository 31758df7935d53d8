/** The code without one sentence of the design. */
export interface Mutant {
  readonly name: string
  /** What the design says, in its own words, and the mutant does not do. */
  readonly sentence: string
  /** Below `packages/hallpass/dist`. */
  readonly file: string
  /** Must occur exactly once. */
  readonly find: string
  readonly replace: string
  /** The directed schedule that is likely to kill it; `refresh`: refreshes by chance; null: chance. */
  readonly by: string | null
}
