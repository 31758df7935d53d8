// A node:test reporter that writes one JSON line per result, for the runner to count.
import { inspect } from 'node:util'

/** Suites are folders of tests, not tests; a test that only failed through its children is told by them. */
function counts(event) {
  const { details } = event.data
  const failure = details.error?.failureType
  if (failure === 'subtestsFailed') return false
  return details.type !== 'suite' || event.type === 'test:fail'
}

export default async function* reporter(source) {
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    if (!counts(event)) continue
    const { name, details, skip, todo } = event.data
    const error = details.error && inspect(details.error.cause ?? details.error, { depth: 6 })
    // a failing test marked todo counts as passed in node:test; not here
    const passed = event.type === 'test:pass'
    yield `${JSON.stringify({ name, passed, skip, todo, error })}\n`
  }
}
