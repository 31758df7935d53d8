// As much of node:test as the verifier's tests need, for a runtime that has none: workerd.
const tests = []
const closing = []
let path = []

export function describe(name, define) {
  const outside = path
  path = [...path, name]
  define()
  path = outside
}

export function test(name, run) {
  tests.push({ name: [...path, name].join(' > '), run })
}

export function after(close) {
  closing.push(close)
}

/**
 * Runs every test that was declared, one after the other, but those whose name fits an exception; answers how many
 * passed and were skipped, and which failed, and why.
 */
export async function runTests(exceptions) {
  const failures = []
  const toRun = tests.filter(({ name }) => !exceptions.some((exception) => new RegExp(exception).test(name)))
  for (const { name, run } of toRun) {
    const afterwards = []
    try {
      await run({ after: (close) => afterwards.push(close) })
    } catch (error) {
      failures.push({ name, error: String(error?.stack ?? error) })
    }
    for (const close of afterwards) await close()
  }
  for (const close of closing) await close()
  return { passed: toRun.length - failures.length, skipped: tests.length - toRun.length, failures }
}
