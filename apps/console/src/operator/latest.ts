/**
 * For answers that may come in another order than they were asked for: resolves with null where something else was asked
 * for in between, whether the earlier one came or failed.
 */
export function onlyLatest(): <Answer>(ask: () => Promise<Answer>) => Promise<Answer | null> {
  let asked = 0
  return async (ask) => {
    asked += 1
    const mine = asked
    try {
      const answer = await ask()
      return mine === asked ? answer : null
    } catch (error) {
      if (mine === asked) throw error
      return null
    }
  }
}
