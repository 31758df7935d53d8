/**
 * Long work in steps: it yields how much of it is done, from 0 to 1, so that whoever runs it may show that, let others
 * go first, or stop.
 */
export type Work<Result> = Generator<number, Result, undefined>

/** Runs all of it at once. */
export function finish<Result>(work: Work<Result>): Result {
  let step = work.next()
  while (step.done !== true) step = work.next()
  return step.value
}
